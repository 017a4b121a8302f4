using System.Net;
using AccountClosure.Simulation.World;
using AccountClosure.Simulator;

namespace AccountClosure.Simulation.Invariants;

/// <summary>A closure has no more transfers in flight than the limit allows. A transfer sent twice would exceed it.</summary>
internal sealed class NeverTwice : Invariant
{
    public override string Name => "never twice";

    public override void WhenArrived(SimulatedWorld world, Parcel parcel, HttpStatusCode status, AccountState before)
    {
        if (!IsTransfer(parcel, status) || world.Watch.Latest is not { } closure)
            return;
        List<TransferState> open =
        [
            .. world.State().Transfers.Where(transfer => transfer.Direction == "OUTGOING"
                && !world.Others.Contains(transfer.Id)
                && !closure.Before.Contains(transfer.Id)
                && !BrokersWords.IsFinal(transfer.Status)
                && !IsDeclared(world, transfer)),
        ];
        if (open.Count > world.Course.TransfersInFlight)
            world.Violate(
                this,
                $"{open.Count} transfers of one closure are on their way: "
                    + $"{string.Join(", ", open.Select(transfer => transfer.Amount))}");
    }

    // A person has declared the meaning of an unknown status, so the closure continues.
    private static bool IsDeclared(SimulatedWorld world, TransferState transfer) =>
        world.Ledger().Any(entry => entry.BrokerTransferId == transfer.Id && entry.Declaration is not null);
}
