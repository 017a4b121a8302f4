using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;

namespace AccountClosure.Embedded.Local.Example;

/// <summary>Checks where the money of a closed account went, with the broker's account state and the app's ledger.</summary>
/// <param name="Account">The account and the money that it started with.</param>
/// <param name="State">The account state at the simulator.</param>
/// <param name="Ledger">The app's transfers for the account.</param>
/// <param name="Policy">Policy with the transfer limit and the cash that may remain.</param>
public sealed record MoneyCheck(ExampleAccount Account, AccountState State, IReadOnlyList<LedgerTransfer> Ledger, ClosurePolicy Policy)
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(24);

    /// <summary>Outgoing transfers, failed ones included, oldest first.</summary>
    public IReadOnlyList<TransferState> Transfers { get; } =
        [.. State.Transfers.Where(transfer => transfer.Direction == "OUTGOING").OrderBy(transfer => transfer.CreatedAt)];

    public Money Remaining => new(State.Cash);

    public Money Withdrawn => Transfers
        .Where(transfer => new TransferStatus(transfer.Status).Stage == TransferStage.Completed)
        .Aggregate(Money.Zero, (sum, transfer) => sum + new Money(transfer.Amount));

    /// <summary>Returns a sentence for each broken rule.</summary>
    public IEnumerable<string> Problems()
    {
        if (State.Status != "ACCOUNT_CLOSED")
            yield return $"The account is {State.Status} at the broker.";
        if (Withdrawn + Remaining != Account.StartedWith)
        {
            yield return $"{Withdrawn.ForPeople()} paid out and {Remaining.ForPeople()} remaining do not add up to the "
                + $"{Account.StartedWith.ForPeople()} at the start.";
        }
        if (Policy.MustBeWithdrawn(Remaining))
            yield return $"The account was closed with {Remaining.ForPeople()} in it.";
        foreach (var first in Transfers.Where(transfer => SumOfWindow(transfer) > Policy.DailyTransferLimit))
        {
            yield return $"More than {Policy.DailyTransferLimit.ForPeople()} was sent in the 24 hours from "
                + $"{NewYorkTime.Show(first.CreatedAt)}.";
        }
        var pairs = Transfers.Zip(Transfers.Skip(1));
        foreach (var (earlier, later) in pairs.Where(pair => pair.Second.CreatedAt - pair.First.CreatedAt < Window))
        {
            yield return $"The transfers at {NewYorkTime.Show(earlier.CreatedAt)} and {NewYorkTime.Show(later.CreatedAt)} "
                + "are less than 24 hours apart.";
        }
        if (!LedgerAgrees())
            yield return "The ledger does not have the same transfers as the broker.";
    }

    private Money SumOfWindow(TransferState first) => Transfers
        .Where(transfer => transfer.CreatedAt >= first.CreatedAt && transfer.CreatedAt < first.CreatedAt + Window)
        .Where(transfer => new TransferStatus(transfer.Status).Stage != TransferStage.Failed)
        .Aggregate(Money.Zero, (sum, transfer) => sum + new Money(transfer.Amount));

    private bool LedgerAgrees()
    {
        var ours = Ledger.Where(transfer => transfer.State == LedgerState.Bound)
            .Select(transfer => (transfer.BrokerTransferId, transfer.Intent.Amount, transfer.Status?.Raw));
        return ours.ToHashSet().SetEquals(
            Transfers.Select(transfer => ((string?)transfer.Id, new Money(transfer.Amount), (string?)transfer.Status)));
    }
}
