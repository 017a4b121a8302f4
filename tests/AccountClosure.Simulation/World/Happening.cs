namespace AccountClosure.Simulation.World;

internal enum HappeningKind
{
    /// <summary>The front end requests the closure of the account.</summary>
    Initiate,

    /// <summary>Somebody cancels, with force or without.</summary>
    Cancel,
    CancelByForce,

    /// <summary>The instance is terminated through the plain durable API.</summary>
    Terminate,
    SuspendAndResume,

    /// <summary>An event that no orchestrator awaits, or with an unreadable payload.</summary>
    StrayEvent,

    /// <summary>Cash arrives, settled or not.</summary>
    Dividend,

    /// <summary>A small amount is charged.</summary>
    Fee,

    /// <summary>The customer withdraws money elsewhere.</summary>
    OtherTransfer,
    Deposit,

    /// <summary>Shares arrive through a correction.</summary>
    Shares,
    Block,
    Unsellable,
    StuckSettlement,

    /// <summary>A transfer in flight gets an unknown status, and its usual end later.</summary>
    OddStatus,

    /// <summary>A completed transfer is returned.</summary>
    Return,

    /// <summary>The broker does not answer.</summary>
    Outage,

    /// <summary>A transfer in flight gets an unknown final status until a person fixes it.</summary>
    UnknownEnd,

    /// <summary>The back office cancels a transfer in flight.</summary>
    TransferCanceled,

    /// <summary>The bank relationship is cancelled until a person fixes it.</summary>
    RelationshipCanceled,

    /// <summary>The back office closes the account, whatever is in it, or makes it inactive.</summary>
    ClosedByOthers,
    Disabled,

    /// <summary>The broker reports incoming money that no list shows. The money arrives later.</summary>
    PendingMoney,

    /// <summary>The market's clock gives a next opening in the past.</summary>
    StaleClock,

    /// <summary>The instance is terminated and deleted, or restarted with its own input.</summary>
    Purge,
    Restart,

    /// <summary>All record stores, the mail, or one store do not answer.</summary>
    DatabaseDown,
    MailDown,
    StoreDown,

    /// <summary>The customer places an order.</summary>
    Trade,
}

/// <summary>An event that people, the market or the broker cause at a time, whatever the closure does.</summary>
/// <param name="Until">End of an event that lasts.</param>
internal sealed record Happening(HappeningKind Kind, DateTimeOffset At, DateTimeOffset Until, decimal Dollars, bool Flag)
{
    private static readonly HappeningKind[] ByOthers =
    [
        HappeningKind.UnknownEnd,
        HappeningKind.UnknownEnd,
        HappeningKind.TransferCanceled,
        HappeningKind.RelationshipCanceled,
        HappeningKind.ClosedByOthers,
        HappeningKind.Disabled,
        HappeningKind.PendingMoney,
        HappeningKind.PendingMoney,
        HappeningKind.StaleClock,
        HappeningKind.Return,
    ];

    /// <summary>Whether it may leave a terminated instance, which needs the hourly watch.</summary>
    public bool StopsInstance =>
        Kind is HappeningKind.Terminate or HappeningKind.CancelByForce or HappeningKind.Purge or HappeningKind.Restart;

    /// <summary>Actions of the broker's back office and the bank, in one of four seeds.</summary>
    public static IEnumerable<Happening> DrawByOthers(Draws draws, DateTimeOffset start, DateTimeOffset end, decimal limit)
    {
        for (int count = draws.OneOf(0, 0, 0, 0, 0, 0, 1, 2); count > 0; count--)
        {
            DateTimeOffset at = start + draws.Between(TimeSpan.Zero, (end - start) * 0.9);
            DateTimeOffset until = at + draws.Between(TimeSpan.FromHours(1), TimeSpan.FromHours(40));
            yield return new Happening(
                draws.OneOf(ByOthers), at, until < end ? until : end, draws.Dollars(2m, limit / 3m), draws.Chance(0.5));
        }
    }

    /// <summary>Faults on the app's side, and what people do to the instance.</summary>
    public static IEnumerable<Happening> DrawOurs(Draws draws, DateTimeOffset start, DateTimeOffset end)
    {
        if (draws.Chance(0.16))
            yield return One(
                draws.OneOf(HappeningKind.DatabaseDown, HappeningKind.MailDown, HappeningKind.StoreDown, HappeningKind.StoreDown));
        if (draws.Chance(0.08))
            yield return One(draws.OneOf(HappeningKind.Purge, HappeningKind.Restart, HappeningKind.Restart));

        Happening One(HappeningKind kind)
        {
            DateTimeOffset at = start + draws.Between(TimeSpan.Zero, (end - start) * 0.9);
            DateTimeOffset until = at + draws.Between(TimeSpan.FromMinutes(10), TimeSpan.FromHours(60));
            return new Happening(kind, at, until < end ? until : end, draws.Dollars(0.01m, 10m), draws.Chance(0.5));
        }
    }

    /// <summary>Orders of a customer who continues to trade, in one of twelve seeds.</summary>
    public static IEnumerable<Happening> DrawTrades(Draws draws, DateTimeOffset start, DateTimeOffset end)
    {
        for (int count = draws.Chance(0.08) ? draws.Between(1, 5) : 0; count > 0; count--)
        {
            // There is something to sell only on the first day.
            TimeSpan span = draws.Chance(0.7) ? TimeSpan.FromHours(30) : end - start;
            DateTimeOffset at = start + draws.Between(TimeSpan.Zero, span < end - start ? span : (end - start) * 0.9);
            yield return new Happening(HappeningKind.Trade, at, at, 0m, draws.Chance(0.5));
        }
    }

    public static IReadOnlyList<Happening> Draw(Draws draws, DateTimeOffset start, DateTimeOffset end, decimal limit)
    {
        List<Happening> all = [One(HappeningKind.Initiate, start)];
        if (draws.Chance(0.1))
            all.Add(One(HappeningKind.Initiate, start));
        if (draws.Chance(0.25))
            all.Add(One(HappeningKind.Initiate, SomeTime()));
        for (int count = draws.OneOf(0, 0, 1, 2, 3, 5); count > 0; count--)
        {
            HappeningKind kind = draws.OneOf(
                HappeningKind.Dividend,
                HappeningKind.Dividend,
                HappeningKind.Fee,
                HappeningKind.OtherTransfer,
                HappeningKind.OtherTransfer,
                HappeningKind.Deposit,
                HappeningKind.Shares,
                HappeningKind.Block,
                HappeningKind.Unsellable,
                HappeningKind.StuckSettlement,
                HappeningKind.OddStatus,
                HappeningKind.Return,
                HappeningKind.Outage,
                HappeningKind.StrayEvent,
                HappeningKind.SuspendAndResume);
            all.Add(One(kind, SomeTime()));
        }
        if (draws.Chance(0.25))
            all.Add(One(
                draws.OneOf(HappeningKind.Cancel, HappeningKind.Cancel, HappeningKind.CancelByForce, HappeningKind.Terminate), SomeTime()));
        return [.. all.OrderBy(happening => happening.At)];

        DateTimeOffset SomeTime() => draws.Chance(0.3)
            ? start + TimeSpan.FromMinutes(draws.Between(0, (int)(end - start).TotalHours) * 60)
            : start + draws.Between(TimeSpan.Zero, (end - start) * 0.9);

        Happening One(HappeningKind kind, DateTimeOffset at)
        {
            DateTimeOffset until = at + draws.Between(TimeSpan.FromMinutes(5), TimeSpan.FromHours(40));
            return new Happening(kind, at, until < end ? until : end, draws.Dollars(0.01m, draws.OneOf(5m, limit / 3m)), draws.Chance(0.5));
        }
    }
}
