namespace AccountClosure.Simulation.World;

/// <summary>Another actor that is faster: events between the app's read and the change that is based on it.</summary>
internal sealed class Meanwhile(SimulatedWorld world)
{
    private static readonly HappeningKind[] Kinds =
    [
        HappeningKind.Dividend,
        HappeningKind.Dividend,
        HappeningKind.Deposit,
        HappeningKind.OtherTransfer,
        HappeningKind.Fee,
        HappeningKind.Shares,
        HappeningKind.Trade,
        HappeningKind.Cancel,
        HappeningKind.CancelByForce,
        HappeningKind.Terminate,
        HappeningKind.Block,
        HappeningKind.Return,
        HappeningKind.ClosedByOthers,
    ];

    private readonly Draws _draws = new(world.Course.Seed, "interleaving");
    private bool _isHappening;

    /// <summary>Called before a change reaches the broker or a store.</summary>
    public void Interleave()
    {
        DateTimeOffset end = world.Course.FaultsEnd;
        if (_isHappening || world.Now >= end || !_draws.Chance(world.Course.Ours.Interleaving))
            return;
        _isHappening = true;
        HappeningKind kind = _draws.OneOf(Kinds);
        world.Inject("interleaved", "world", $"just before a change: {kind}");
        DateTimeOffset until = world.Now + _draws.Between(TimeSpan.FromMinutes(5), TimeSpan.FromHours(20));
        decimal dollars = _draws.Dollars(0.01m, world.Course.Broker.DailyTransferLimit / 3m);
        world.Happenings.Begin(new Happening(kind, world.Now, until < end ? until : end, dollars, _draws.Chance(0.5)));
        _isHappening = false;
    }
}
