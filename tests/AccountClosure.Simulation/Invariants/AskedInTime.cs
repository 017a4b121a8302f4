using AccountClosure.Simulation.World;
using AccountClosure.Simulator;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Simulation.Invariants;

/// <summary>
/// A closure or cleanup without progress asks a person within the time that its policy states. Retrying for ever
/// is not progress. Progress is any change at the broker, the end, and a person's decision.
/// </summary>
internal sealed class AskedInTime : Invariant
{
    // The longest wait in which nothing has to change at the broker is SettlementTimeoutBusinessDays (3), at most six days with a
    // weekend and a holiday in between; TransferTimeout is five days, the limit is refused for two. If the broker stops answering
    // at the end of it, OutageTimeout is added. One day is for steps that are retried, late or interrupted by a crash.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(6);
    private static readonly TimeSpan Slack = TimeSpan.FromDays(1);

    private string? _seen;
    private DateTimeOffset _since;
    private DateTimeOffset _findAgain;

    public override string Name => "a person is asked in time";

    public override void WhenQuiet(SimulatedWorld world)
    {
        ClosureWatch watch = world.Watch;
        bool isSuspended = watch.Status == OrchestrationRuntimeStatus.Suspended;
        if (watch.IdleSince is not null || watch.Latest is null || watch.Review is not null || isSuspended)
        {
            _seen = null;
            return;
        }
        if (_seen is not null && world.Now < _findAgain)
            return;
        _findAgain = world.Now + TimeSpan.FromHours(1);
        string seen = Describe(world);
        if (seen != _seen)
            (_seen, _since) = (seen, world.Now);
        else if (world.Now > _since + LongestWait + world.Course.OutageTimeout + Slack + world.Downtime)
            world.Violate(
                this,
                $"since {_since:u} nothing has changed, and nobody was asked; it is {watch.Status?.ToString() ?? "gone"} in "
                    + $"{watch.Progress?.Phase}: {watch.Progress?.LastError}; without a recorded end: {watch.Unrecorded}");
    }

    private static string Describe(SimulatedWorld world)
    {
        AccountState atBroker = world.State();
        return string.Join(
            '|',
            atBroker.Status,
            atBroker.Cash,
            atBroker.CashWithdrawable,
            string.Join(',', atBroker.Positions.Select(position => position.Qty)),
            string.Join(',', atBroker.Orders.Select(order => order.Status)),
            string.Join(',', atBroker.Transfers.Select(transfer => transfer.Status)),
            world.Watch.Closures.Count,
            world.Watch.Closures.Count(closure => world.Witness.EndOf(closure.ConfirmationNumber) is null),
            world.LastDecision,
            world.LastChange);
    }
}
