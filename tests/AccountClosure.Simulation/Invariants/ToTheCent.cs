using AccountClosure.Records;
using AccountClosure.Simulation.World;
using AccountClosure.Simulator;

namespace AccountClosure.Simulation.Invariants;

/// <summary>
/// Every transfer of the closure is in the ledger once, with the broker's amount. The amount that the closure reports as withdrawn is what
/// the broker paid out. Only whole cents are sent.
/// </summary>
internal sealed class ToTheCent : Invariant
{
    public override string Name => "to the cent";

    public override void AtTheEnd(SimulatedWorld world)
    {
        IReadOnlyList<LedgerTransfer> ledger = world.Ledger();
        Dictionary<string, TransferState> atBroker = world.State().Transfers.ToDictionary(transfer => transfer.Id, StringComparer.Ordinal);
        List<LedgerTransfer> bound = [.. ledger.Where(entry => entry.BrokerTransferId is not null)];
        foreach (LedgerTransfer entry in bound)
            Compare(world, entry, atBroker.GetValueOrDefault(entry.BrokerTransferId!));

        HashSet<string> known = [.. bound.Select(entry => entry.BrokerTransferId!)];
        if (known.Count != bound.Count)
            world.Violate(this, "two intents of the ledger share one transfer");
        foreach (TransferState transfer in atBroker.Values.Where(
            transfer => transfer.Direction == "OUTGOING" && !world.Others.Contains(transfer.Id)))
        {
            if (decimal.Round(transfer.Amount, 2) != transfer.Amount)
                world.Violate(this, $"a transfer of {transfer.Amount} is not whole cents");
            if (!known.Contains(transfer.Id) && !world.Watch.LeftATransferAside)
                world.Violate(this, $"the broker made a transfer of {transfer.Amount} that the ledger does not know");
        }
        foreach (WatchedClosure closure in world.Watch.Closures.Where(closure => closure.Output?.Outcome == "Completed"))
            CompareTotal(world, closure, bound, atBroker);
    }

    private void Compare(SimulatedWorld world, LedgerTransfer entry, TransferState? transfer)
    {
        string intent = entry.Intent.IntentId;
        if (transfer is null)
            world.Violate(this, $"the broker has no transfer for {intent}");
        else if (transfer.Amount != entry.Intent.Amount.Dollars)
            world.Violate(this, $"the ledger has {entry.Intent.Amount} for {intent}, the broker {transfer.Amount}");
        else if (transfer.CreatedAt < entry.Intent.NotBefore)
            world.Violate(this, $"{intent} is bound to a transfer that is older than the intent");
        else if (entry.IsOpen)
            world.Violate(this, $"the closure has ended, and the ledger has {entry.Status} for {intent}");
    }

    private void CompareTotal(
        SimulatedWorld world, WatchedClosure closure, List<LedgerTransfer> bound, Dictionary<string, TransferState> atBroker)
    {
        List<TransferState> own =
        [
            .. bound.Where(entry => entry.Intent.ConfirmationNumber == closure.ConfirmationNumber)
            .Select(entry => atBroker[entry.BrokerTransferId!]),
        ];
        DateTimeOffset seen = (world.CloseAcceptedAt ?? closure.Output!.EndedAt) - world.Unseen;
        // A person declared the meaning of an unknown status, not the broker.
        bool isDeclared = bound.Exists(
            entry => entry.Intent.ConfirmationNumber == closure.ConfirmationNumber && entry.Declaration is not null);
        if (isDeclared || atBroker.Values.Any(transfer => transfer.UpdatedAt - world.Course.BrokerClockAhead > seen))
            return;
        decimal paid = own.Where(transfer => BrokersWords.HasArrived(transfer.Status)).Sum(transfer => transfer.Amount);
        if (paid != closure.Output!.Withdrawn)
            world.Violate(this, $"the closure says that it paid {closure.Output.Withdrawn}; the broker paid {paid}");
        if (closure.Output.Remaining != world.State().Cash && world.LastChange < seen)
            world.Violate(this, $"the closure says that {closure.Output.Remaining} are left; the broker has {world.State().Cash}");
    }
}
