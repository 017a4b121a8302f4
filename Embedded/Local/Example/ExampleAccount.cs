using AccountClosure.Closure;
using AccountClosure.Simulator;

namespace AccountClosure.Embedded.Local.Example;

/// <summary>The account that the example closes. The data folder keeps it, so that a restart continues with it.</summary>
/// <param name="StartedWith">Cash and value of the positions at the creation, US dollars.</param>
/// <param name="MadeAt">Time of the creation; simulated, UTC.</param>
public sealed record ExampleAccount(string AccountId, string UserId, string AchRelationshipId, Money StartedWith, DateTimeOffset MadeAt);

/// <summary>Holdings of example accounts.</summary>
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
