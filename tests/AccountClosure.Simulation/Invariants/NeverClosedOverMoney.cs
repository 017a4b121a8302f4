using System.Net;
using AccountClosure.Closure;
using AccountClosure.Simulation.World;
using AccountClosure.Simulator;

namespace AccountClosure.Simulation.Invariants;

/// <summary>
/// When the broker accepts the close, the account holds nothing: no position, no open order, no transfer in flight, no money that
/// the broker reports as pending, no debt, and no cash above the tolerance, however often the closure came that far. Changes that were
/// too late for the closure to see are excused, and only those.
/// </summary>
internal sealed class NeverClosedOverMoney : Invariant
{
    private const decimal Tolerance = 1.00m;

    public override string Name => "never closed over money";

    public override void WhenArrived(SimulatedWorld world, Parcel parcel, HttpStatusCode status, AccountState before)
    {
        // The close was accepted before, and a repetition changes nothing.
        if (!IsClose(parcel, status) || world.CloseAcceptedAt is not null || before.Status != "ACTIVE")
            return;
        DateTimeOffset seen = world.Now - world.Unseen;
        DateTimeOffset checkedAt = parcel.SentAt - world.UnseenByTheLastCheck;
        if (world.Changes.LastHolding <= checkedAt)
        {
            if (before.Positions.Count > 0)
                world.Violate(this, $"closed with {before.Positions.Count} positions");
            if (before.Orders.Any(order => BrokersWords.IsWorking(order.Status)))
                world.Violate(this, "closed with an open order");
        }
        // Money that a person declared as arrived counts as arrived. Money that never left, or was left open, must be back in the account
        // first.
        HashSet<string> declared = [.. world.Ledger().Where(entry => entry.Declaration is { Stage: DeclaredStage.Completed })
            .Select(entry => entry.BrokerTransferId).OfType<string>()];
        if (before.Transfers.FirstOrDefault(
            transfer => !BrokersWords.IsFinal(transfer.Status) && !declared.Contains(transfer.Id) && !IsUnseen(transfer)) is { } open)
            world.Violate(this, $"closed with a transfer of {open.Amount} on its way: {open.Direction} {open.Status}");
        if (before.Cash - world.Changes.InflowSince(seen) > Tolerance)
            world.Violate(this, $"closed with {before.Cash} in cash");
        if (before.Cash + world.Changes.OutflowSince(seen) < -Tolerance)
            world.Violate(this, $"closed with a debt of {-before.Cash}");
        if (world.PendingSince <= seen)
            world.Violate(this, $"closed while the broker said since {world.PendingSince:u} that money was pending");

        bool IsUnseen(TransferState transfer) =>
            world.Changes.CreatedAt(transfer) > checkedAt || world.Changes.ChangedAt(transfer) > checkedAt;
    }
}
