using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulation.World;
using AccountClosure.Simulator;

namespace AccountClosure.Simulation.Invariants;

/// <summary>
/// In the end, the ledger has the broker's last status of each transfer, including a transfer returned after completion, however
/// its closure ended. The totals in the tracking are those of the ledger.
/// </summary>
internal sealed class LedgerMatchesBroker : Invariant
{
    public override string Name => "the ledger matches the broker";

    public override void AtTheEnd(SimulatedWorld world)
    {
        Dictionary<string, TransferState> atBroker = world.State().Transfers.ToDictionary(transfer => transfer.Id, StringComparer.Ordinal);
        ILookup<string, LedgerTransfer> closures = world.Ledger()
            .ToLookup(entry => entry.Intent.ConfirmationNumber, StringComparer.Ordinal);
        foreach (WatchedClosure closure in world.Watch.Closures)
        {
            List<LedgerTransfer> bound = [.. closures[closure.ConfirmationNumber].Where(entry => entry.BrokerTransferId is not null)];
            foreach (LedgerTransfer entry in bound)
                CompareStatus(world, closure, entry, atBroker.GetValueOrDefault(entry.BrokerTransferId!));
            CompareTotals(world, closure, bound);
        }
    }

    private void CompareStatus(SimulatedWorld world, WatchedClosure closure, LedgerTransfer entry, TransferState? transfer)
    {
        if (transfer is null || transfer.Status == entry.Status?.Raw)
            return;
        // A closure polls the transfers for the last time when it ends, and before it requests the close.
        DateTimeOffset end = world.Witness.EndOf(closure.ConfirmationNumber) ?? world.Now;
        DateTimeOffset lastLook = (world.CloseAcceptedAt < end ? world.CloseAcceptedAt.Value : end) - world.Unseen;
        if (world.Changes.ChangedAt(transfer) <= lastLook)
            world.Violate(
                this,
                $"the ledger has {entry.Status} for {entry.Intent.IntentId}, the broker "
                    + $"{transfer.Status} since {world.Changes.ChangedAt(transfer):u}");
    }

    private void CompareTotals(SimulatedWorld world, WatchedClosure closure, List<LedgerTransfer> bound)
    {
        if (world.Store<IClosureTracking>().FindAsync(closure.ConfirmationNumber).GetAwaiter().GetResult() is not { } row)
            return;
        decimal arrived = bound
            .Where(HasArrived)
            .Sum(entry => entry.Intent.Amount.Dollars);
        if (row.Withdrawn.Dollars != arrived)
            world.Violate(this, $"the tracking says that {closure.ConfirmationNumber} paid {row.Withdrawn}, the ledger {arrived}");
        if (row.TransferCount != bound.Count)
            world.Violate(
                this,
                $"the tracking says that {closure.ConfirmationNumber} made "
                    + $"{row.TransferCount} transfers, the ledger {bound.Count}");
    }

    // A person's declaration about an unknown status counts until the broker reports a final status.
    private static bool HasArrived(LedgerTransfer entry) => entry switch
    {
        { Status: { } status } when BrokersWords.IsFinal(status.Raw) => BrokersWords.HasArrived(status.Raw),
        { Declaration: { } declaration } => declaration.Stage == DeclaredStage.Completed,
        _ => false,
    };
}
