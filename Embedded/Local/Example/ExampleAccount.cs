using AccountClosure.Closure;
using AccountClosure.Simulator;

namespace AccountClosure.Embedded.Local.Example;

/// <summary>The account that the example closes. Kept in the data folder, so that a restart goes on with it.</summary>
/// <param name="StartedWith">Cash and value of the positions at its creation, US dollars.</param>
/// <param name="MadeAt">When it was created; simulated time, UTC.</param>
public sealed record ExampleAccount(string AccountId, string UserId, string AchRelationshipId, Money StartedWith, DateTimeOffset MadeAt);

/// <summary>What an example account holds.</summary>
public static class ExampleHoldings
{
    /// <summary>$90,000 in cash and $60,000 in three positions.</summary>
    public static readonly NewAccount Usual = new()
    {
        Cash = 90_000m,
        Positions = [new("AAPL", 120, 225.50m), new("MSFT", 40, 430m), new("VTI", 50, 314.80m)],
    };

    public static Money Total(NewAccount account) => new(account.Cash + account.Positions.Sum(position => position.Qty * position.Price));

    public static string Describe(NewAccount account)
    {
        var cash = new Money(account.Cash);
        var positions = string.Join(", ", account.Positions.Select(position => $"{position.Qty} {position.Symbol}"));
        return positions.Length == 0
            ? $"{cash.ForPeople()} in cash"
            : $"{cash.ForPeople()} in cash and {(Total(account) - cash).ForPeople()} in {positions}";
    }
}
