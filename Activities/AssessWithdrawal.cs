using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <param name="OpenIntentIds">Ids of the closure's open transfers: they do not count as transfers of others, or as returns.</param>
/// <param name="Sequence">Number of the last transfer in the closure's state.</param>
public sealed record AssessWithdrawalInput(
    string AccountId, string ConfirmationNumber, IReadOnlyList<string> OpenIntentIds, int Sequence, Money DailyTransferLimit)
{
    public static AssessWithdrawalInput From(ClosureState state) => new(
        state.Request.AccountId,
        state.Request.ConfirmationNumber,
        [.. state.Payout.Open.Select(transfer => transfer.IntentId)],
        state.Payout.Sequence,
        state.Policy.DailyTransferLimit);
}

/// <summary>
/// Reads what the plan for the next transfer needs: the balances, all outgoing transfers whoever made them, and which of the closure's own
/// transfers have come back.
/// </summary>
public sealed class AssessWithdrawal(IBroker broker, ITransferLedger ledger, IClosureTracking tracking)
{
    [Function(nameof(AssessWithdrawal))]
    public async Task<WithdrawalAssessment> Run([ActivityTrigger] AssessWithdrawalInput input, CancellationToken cancellationToken)
    {
        var transfers = await broker.ListTransfersAsync(input.AccountId, cancellationToken);
        // The balances come after the transfers: a transfer created in between can only lower the amount that may be sent.
        var account = await broker.GetTradingAccountAsync(input.AccountId, cancellationToken);
        var clock = await broker.GetClockAsync(cancellationToken);
        await ledger.RecordDeclaredThatCameBackAsync(
            transfers, await ledger.ListAsync(input.AccountId, cancellationToken), clock.Timestamp, cancellationToken);
        var known = await ledger.ListAsync(input.AccountId, cancellationToken);
        var open = known.Where(entry => input.OpenIntentIds.Contains(entry.Intent.IntentId)).ToList();
        var outgoing = transfers.Outgoing().Including(known);
        return new WithdrawalAssessment(
            account.Cash,
            account.CashWithdrawable,
            RollingLimit.Available(outgoing, input.DailyTransferLimit, clock.Timestamp),
            RollingLimit.FreeAt(outgoing, clock.Timestamp),
            OthersPendingSince(transfers, known, open, account, clock.Timestamp),
            transfers.ReturnedSince(known.Except(open), input.ConfirmationNumber),
            account.IsBlocked(),
            clock.Timestamp,
            BalancesHoldFrom(transfers, outgoing, known),
            account.IsClosed(),
            Forgotten(known, input),
            await tracking.FindAsync(input.ConfirmationNumber, cancellationToken) switch
            {
                { EndedAt: not null } ended => ended.ToPhase(),
                { Stop: not null } => ClosurePhase.Failed,
                _ => null,
            },
            LastCompletedAt(transfers, known, input.ConfirmationNumber));
    }

    // The closure's state has the completions of its own transfers, except of those that a person had declared ended.
    private static DateTimeOffset? LastCompletedAt(
        IReadOnlyList<BrokerTransfer> transfers, IReadOnlyList<LedgerTransfer> known, string confirmationNumber)
    {
        var seen = known
            .Where(entry => entry.Status is { Stage: TransferStage.Completed })
            .Select(entry => entry.BrokerTransferId)
            .ToHashSet(StringComparer.Ordinal);
        return known
            .Where(entry => entry.Stage == TransferStage.Completed && entry.Intent.ConfirmationNumber != confirmationNumber)
            .Select(entry => entry.StatusSeenAt)
            .Concat(transfers
                .Where(transfer => transfer is { Direction: TransferDirection.Outgoing, Status.Stage: TransferStage.Completed }
                    && !seen.Contains(transfer.Id))
                .Select(transfer => (DateTimeOffset?)transfer.CompletedAt()))
            .Max();
    }

    // A state can be older than the ledger: a restarted instance begins with the input of its last execution, and a store may have been
    // restored from a backup.
    private static IReadOnlyList<OpenTransfer> Forgotten(IReadOnlyList<LedgerTransfer> known, AssessWithdrawalInput input) =>
    [
        .. known
            .Where(entry => entry.Intent.ConfirmationNumber == input.ConfirmationNumber
                && entry.Intent.Sequence > input.Sequence
                && entry.State != LedgerState.Abandoned)
            .OrderBy(entry => entry.Intent.Sequence)
            .Select(entry => entry.ToOpenTransfer()),
    ];

    private static DateTimeOffset? OthersPendingSince(
        IReadOnlyList<BrokerTransfer> transfers,
        IReadOnlyList<LedgerTransfer> known,
        IReadOnlyList<LedgerTransfer> open,
        TradingAccount account,
        DateTimeOffset brokerTime)
    {
        var listed = transfers
            .Where(transfer => !transfer.Status.IsFinal && !IsAccountedFor(transfer))
            .Min(transfer => (DateTimeOffset?)transfer.CreatedAt);
        return listed ?? (account.PendingBeyond(transfers.WithoutDeclaredFailed(known)).IsPositive ? brokerTime : null);

        bool IsAccountedFor(BrokerTransfer transfer) =>
            open.Any(entry => entry.BrokerTransferId == transfer.Id)
            || known.Any(entry => entry.BrokerTransferId == transfer.Id && entry.HasEndedAlready(transfer.Status, brokerTime));
    }

    // StatusSeenAt is a time of our clock, not of the broker's. The two clocks differ by far less than the balance lag.
    private static DateTimeOffset? BalancesHoldFrom(
        IReadOnlyList<BrokerTransfer> transfers, IReadOnlyList<BrokerTransfer> outgoing, IReadOnlyList<LedgerTransfer> known) =>
        outgoing.Select(transfer => (DateTimeOffset?)transfer.CreatedAt)
            .Concat(transfers.Select(transfer => (DateTimeOffset?)transfer.ChangedBalancesAt()))
            .Concat(known.Where(entry => entry.Status is { IsFinal: true }).Select(entry => entry.StatusSeenAt))
            .Max() + ClosurePolicy.BalanceLag;
}
