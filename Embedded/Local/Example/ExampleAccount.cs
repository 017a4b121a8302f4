using AccountClosure.Closure;

namespace AccountClosure.Embedded.Local.Example;

/// <summary>The account that is closed as an example. Kept in the data folder, so that a restart goes on with it.</summary>
/// <param name="StartedWith">Cash and the worth of the positions when it was made, US dollars.</param>
/// <param name="MadeAt">Simulated time, UTC.</param>
public sealed record ExampleAccount(string AccountId, string UserId, string AchRelationshipId, Money StartedWith, DateTimeOffset MadeAt);

/// <param name="Symbol">As at the exchange.</param>
/// <param name="Qty">Whole shares.</param>
/// <param name="Price">US dollars a share; it sells at this price.</param>
public sealed record ExamplePosition(string Symbol, int Qty, Money Price)
{
    public Money Worth => new(Qty * Price.Dollars);
}

/// <summary>What an example account holds.</summary>
public sealed record ExampleHoldings(Money Cash, IReadOnlyList<ExamplePosition> Positions)
{
    /// <summary>$90,000 in cash and $60,000 in three positions.</summary>
    public static readonly ExampleHoldings Usual = new(
        new Money(90_000m),
        [
            new("AAPL", 120, new Money(225.50m)),
            new("MSFT", 40, new Money(430m)),
            new("VTI", 50, new Money(314.80m)),
        ]);

    public Money Total => Positions.Aggregate(Cash, (sum, position) => sum + position.Worth);

    public static ExampleHoldings OnlyCash(Money cash) => new(cash, []);

    public string Describe() => Positions.Count == 0
        ? $"{Cash.ForPeople()} in cash"
        : $"{Cash.ForPeople()} in cash and {(Total - Cash).ForPeople()} in {string.Join(", ", Positions.Select(position => $"{position.Qty} {position.Symbol}"))}";
}
