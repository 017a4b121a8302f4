using AccountClosure.Simulator;

namespace AccountClosure.Simulation.World;

/// <summary>Draws the account to close.</summary>
internal static class Accounts
{
    private static readonly string[] Symbols = ["AAPL", "MSFT", "VTI", "BRK.B"];

    public static NewAccount Draw(Draws draws, decimal limit)
    {
        decimal cash = Cash(draws, limit);
        List<NewPosition> positions = [];
        for (int index = draws.OneOf(0, 0, 1, 2, 4) - 1; index >= 0; index--)
            positions.Add(new NewPosition(Symbols[index], draws.Dollars(0.001m, 40m, 3), draws.Dollars(1m, limit / 40m)));
        List<NewOrder> orders = [];
        if (positions.Count > 0 && draws.Chance(0.3))
            orders.Add(new NewOrder(positions[0].Symbol, positions[0].Qty, "sell", positions[0].Price * 2));
        if (cash > 100m && draws.Chance(0.2))
            orders.Add(new NewOrder("QQQ", 1m, "buy", 50m, draws.Chance(0.5) ? draws.Between(10, 100_000) : null));
        return new NewAccount
        {
            Cash = cash,
            UnsettledCash = cash > 0 && draws.Chance(0.2) ? decimal.Round(cash / 3m, 2) : 0m,
            Positions = positions,
            OpenOrders = orders,
            PriorTransfers = [.. Prior(draws, limit)],
            Bank = new BankOptions(
                RelationshipStatus: draws.Chance(0.02) ? "QUEUED" : "APPROVED",
                Returns: [.. Returns(draws)],
                Rejections: draws.Chance(0.1) ? [draws.Between(1, 4)] : null),
            Blocks = new Blocks(Transfers: draws.Chance(0.01)),
        };
    }

    /// <summary>Adds transfers of a dollar from long ago.</summary>
    public static NewAccount WithOlderTransfers(NewAccount account, int count) => account with
    {
        PriorTransfers =
        [
            .. account.PriorTransfers,
            .. Enumerable.Range(1, count).Select(day => new NewTransfer(1m, HoursAgo: 24 * (7 + day), Status: "COMPLETE")),
        ],
    };

    private static decimal Cash(Draws draws, decimal limit) => draws.Between(0, 9) switch
    {
        0 => draws.OneOf(0m, 0.004m, 0.99m, 1m, 1.01m, -12.5m),
        1 => limit,
        2 => limit + draws.OneOf(0.01m, 1m, 1.01m),
        3 => (limit * draws.Between(1, 3)) + draws.Dollars(0m, 2m, 4),
        4 => draws.Dollars(1m, limit / 10m, 4),
        _ => draws.Dollars(1m, limit * 2.2m, draws.OneOf(2, 2, 6)),
    };

    // Some are exactly the limit, and exactly old enough that a poll finds them 24 hours old.
    private static IEnumerable<NewTransfer> Prior(Draws draws, decimal limit)
    {
        for (int count = draws.OneOf(0, 0, 0, 1, 2); count > 0; count--)
        {
            yield return new NewTransfer(
                draws.OneOf(limit / 2m, draws.Dollars(1m, limit / 2m)),
                draws.OneOf("OUTGOING", "OUTGOING", "OUTGOING", "INCOMING"),
                draws.Between(1, 80) / 2.0,
                "COMPLETE");
        }
    }

    private static IEnumerable<BankReturn> Returns(Draws draws)
    {
        for (int count = draws.OneOf(0, 0, 0, 1, 2); count > 0; count--)
            yield return new BankReturn(draws.Between(1, 4), draws.Chance(0.7) ? draws.Between(1, 24) : null);
    }
}
