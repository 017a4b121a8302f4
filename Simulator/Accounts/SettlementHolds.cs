namespace AccountClosure.Simulator.Accounts;

/// <summary>Times in which nothing settles: what falls due meanwhile settles when the hold ends.</summary>
/// <param name="AccountId">The account held, or null for all.</param>
/// <param name="Until">When it ended; null while it lasts.</param>
internal sealed record SettlementHold(string Id, string? AccountId, DateTimeOffset From, DateTimeOffset? Until);

internal sealed class SettlementHolds
{
    private readonly List<SettlementHold> holds = [];

    /// <summary>Rises with every change.</summary>
    public int Version { get; private set; }

    public IReadOnlyList<SettlementHold> All => holds;

    public void Add(SettlementHold hold)
    {
        holds.Add(hold);
        Version++;
    }

    public void End(string id, DateTimeOffset now)
    {
        var index = holds.FindIndex(hold => hold.Id == id && hold.Until is null);
        if (index < 0)
            return;
        holds[index] = holds[index] with { Until = now };
        Version++;
    }

    /// <summary>When cash due at <paramref name="due"/> really settles; the end of time while a hold lasts.</summary>
    public DateTimeOffset Settles(string accountId, DateTimeOffset due)
    {
        foreach (var hold in holds)
        {
            if ((hold.AccountId is null || hold.AccountId == accountId) && hold.From <= due && !(hold.Until <= due))
                due = hold.Until ?? DateTimeOffset.MaxValue;
        }
        return due;
    }
}
