using System.Net;
using AccountClosure.Records;
using AccountClosure.Simulation.World;
using AccountClosure.Simulator;

namespace AccountClosure.Simulation.Invariants;

/// <summary>
/// No cash is sent twice: the money that left and was not returned never exceeds all the cash that was ever
/// there, even if the broker enforces nothing. In the end, the money sent and the rest add up to the initial amount, to the cent.
/// </summary>
internal sealed class CashIsSentOnce : Invariant
{
    public override string Name => "the same cash is sent once";

    public override void WhenArrived(SimulatedWorld world, Parcel parcel, HttpStatusCode status, AccountState before)
    {
        if (!IsTransfer(parcel, status))
            return;
        decimal amount = world.State().Transfers[^1].Amount;
        DateTimeOffset seen = world.Now - world.Unseen;
        decimal unseen = world.Changes.OutflowSince(seen);
        if (amount > Math.Max(0m, before.Cash) + unseen)
            world.Violate(
                this,
                $"a transfer of {amount} was made when {before.Cash} in cash were left "
                    + $"({unseen} of it taken by others too late to be seen)");
        else if (amount > before.CashWithdrawable + unseen && world.LastChange <= seen && world.Changes.LastHolding <= seen)
            world.Violate(
                this,
                $"a transfer of {amount} was made when {before.CashWithdrawable} "
                    + $"of the {before.Cash} in cash were withdrawable");
    }

    public override void AtTheEnd(SimulatedWorld world)
    {
        AccountState atBroker = world.State();
        IReadOnlyList<LedgerTransfer> ledger = world.Ledger();
        Dictionary<string, TransferState> transfers = atBroker.Transfers.ToDictionary(transfer => transfer.Id, StringComparer.Ordinal);
        HashSet<string> bound = [.. ledger.Select(entry => entry.BrokerTransferId).OfType<string>()];
        decimal there = world.Changes.Cash
            + atBroker.Orders.Sum(order => order.Side == "sell" ? order.FilledValue : -order.FilledValue)
            + atBroker.Transfers.Where(transfer => !world.PriorTransfers.Contains(transfer.Id)).Sum(ByOthers);
        decimal sent = ledger
            .Where(entry => entry.BrokerTransferId is { } id
                && transfers.TryGetValue(id, out TransferState? atBroker)
                && !BrokersWords.HasComeBack(atBroker.Status))
            .Sum(entry => entry.Intent.Amount.Dollars);
        if (sent + atBroker.Cash != there && !world.Watch.LeftATransferAside)
            world.Violate(this, $"{there} were there; by the ledger {sent} have left, and the broker has {atBroker.Cash}");

        decimal ByOthers(TransferState transfer)
        {
            if (transfer.Direction == "INCOMING")
                return BrokersWords.HasArrived(transfer.Status) ? transfer.Amount : 0m;
            bool isOthers = world.Others.Contains(transfer.Id) && !bound.Contains(transfer.Id);
            return isOthers && !BrokersWords.HasComeBack(transfer.Status) ? -transfer.Amount : 0m;
        }
    }
}
