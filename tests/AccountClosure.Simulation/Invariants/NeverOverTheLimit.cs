using System.Net;
using AccountClosure.Simulation.World;
using AccountClosure.Simulator;

namespace AccountClosure.Simulation.Invariants;

/// <summary>
/// No more than the limit leaves in the 24 hours up to each transfer of the closure, whoever sent it. A transfer exactly 24 hours
/// old counts. Transfers that others sent too late for the closure to see do not count.
/// </summary>
internal sealed class NeverOverTheLimit : Invariant
{
    public override string Name => "never over the limit";

    public override void WhenArrived(SimulatedWorld world, Parcel parcel, HttpStatusCode status, AccountState before)
    {
        if (!IsTransfer(parcel, status))
            return;
        List<TransferState> outgoing = [.. world.State().Transfers.Where(transfer => transfer.Direction == "OUTGOING")];
        TransferState latest = outgoing[^1];
        decimal sent = outgoing
            .Where(transfer => transfer.CreatedAt >= latest.CreatedAt - TimeSpan.FromHours(24)
                && (!world.Others.Contains(transfer.Id) || transfer.CreatedAt <= latest.CreatedAt - world.Unseen))
            .Sum(transfer => transfer.Amount);
        if (sent > world.Course.Broker.DailyTransferLimit)
            world.Violate(
                this,
                $"with the transfer of {latest.Amount}, {sent} have left within 24 hours; "
                    + $"the limit is {world.Course.Broker.DailyTransferLimit}");
    }
}
