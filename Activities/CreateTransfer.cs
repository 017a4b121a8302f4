using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Activities;

/// <param name="FindOnly">Whether the closure ends: the activity then finds a transfer, and creates none.</param>
public sealed record CreateTransferInput(
    string AccountId,
    string ConfirmationNumber,
    string InstanceId,
    string IntentId,
    Money DailyTransferLimit,
    TimeSpan InDoubtWindow,
    bool FindOnly = false)
{
    public static CreateTransferInput From(ClosureState state, string instanceId) => new(
        state.Request.AccountId,
        state.Request.ConfirmationNumber,
        instanceId,
        state.Payout.InDoubt()!.IntentId,
        state.Policy.DailyTransferLimit,
        state.Policy.TransferInDoubtWindow);

    /// <summary>Input for a closure that ends: finds the intent's transfer if there is one, and creates none.</summary>
    public static CreateTransferInput ToFind(ClosureState state, string instanceId, string intentId) => new(
        state.Request.AccountId,
        state.Request.ConfirmationNumber,
        instanceId,
        intentId,
        state.Policy.DailyTransferLimit,
        state.Policy.TransferInDoubtWindow,
        FindOnly: true);
}

/// <summary>
/// Creates the transfer of an intent once: searches the broker's transfers, adopts the one that matches, and creates a transfer only when
/// there is certainly none. It may run twice, also at the same time, and stop at any point.
/// </summary>
public sealed class CreateTransfer(IBroker broker, ITransferLedger ledger, IAuditLog audit, TimeProvider time)
{
    private const string Created = "TransferCreated";

    private const string Adopted = "TransferAdopted";

    private static readonly ClosurePhase[] Phases = [ClosurePhase.Withdrawing, ClosurePhase.WaitingForNextTransfer];

    /// <summary>Maximum time of one execution between the search and the request; well above a request's time-out.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Maximum time from the read of the transfers to the request: neither the limit nor the cash includes what others send in between.
    /// </summary>
    private static readonly TimeSpan MaxReadAge = TimeSpan.FromSeconds(30);

    [Function(nameof(CreateTransfer))]
    public async Task<CreateTransferResult> Run(
        [ActivityTrigger] CreateTransferInput input,
        [DurableClient] DurableTaskClient client,
        FunctionContext function,
        CancellationToken cancellationToken)
    {
        var clock = await ReadClock(cancellationToken);
        var claimant = function.InvocationId;
        // A wait for the rate limit can make the reads too old. A new window has begun after that wait, and its budget is enough for all
        // requests.
        return await ClaimThenFind(input, claimant, client, clock, isRetry: false, cancellationToken)
            ?? await ClaimThenFind(input, claimant, client, clock, isRetry: true, cancellationToken)
            ?? new CreateTransferResult(CreateTransferOutcome.NotSent, clock.ReadAt);
    }

    /// <returns>Null when the reads were too old by the time the request could be sent.</returns>
    private async Task<CreateTransferResult?> ClaimThenFind(
        CreateTransferInput input, string claimant, DurableTaskClient client, BrokerClock clock, bool isRetry,
        CancellationToken cancellationToken)
    {
        if (!await ledger.TryClaimAsync(input.IntentId, claimant, clock.Now, Lease, cancellationToken))
            return await ReadResult(input, clock.ReadAt, cancellationToken);
        try
        {
            return await FindThenCreate(input, claimant, client, clock, isRetry, cancellationToken);
        }
        finally
        {
            // The attempt in the ledger shows what is still in doubt, not the claim.
            await ledger.ReleaseAsync(input.IntentId, claimant, CancellationToken.None);
        }
    }

    private async Task<CreateTransferResult> ReadResult(
        CreateTransferInput input, DateTimeOffset brokerTime, CancellationToken cancellationToken)
    {
        var known = await Find(input, cancellationToken);
        // The execution that bound the intent may have stopped before it wrote to the audit log.
        if (known.State == LedgerState.Bound)
            await Audit(input, known.AttemptedAt is null ? Adopted : Created, cancellationToken);
        return known.State switch
        {
            LedgerState.Bound => new CreateTransferResult(CreateTransferOutcome.Exists, brokerTime, known.BrokerCreatedAt, known.Status),
            LedgerState.Abandoned => Abandoned(known.Abandonment!, brokerTime),
            _ => new CreateTransferResult(CreateTransferOutcome.InDoubt, brokerTime),
        };
    }

    private static CreateTransferResult Abandoned(Abandonment abandonment, DateTimeOffset brokerTime) => abandonment.Cause switch
    {
        AbandonCause.OverLimit => new CreateTransferResult(CreateTransferOutcome.OverLimit, brokerTime, RetryAt: abandonment.RetryAt),
        AbandonCause.Refused => new CreateTransferResult(CreateTransferOutcome.Refused, brokerTime),
        AbandonCause.CashChanged => new CreateTransferResult(CreateTransferOutcome.CashChanged, brokerTime),
        AbandonCause.ClosureEnded => new CreateTransferResult(CreateTransferOutcome.Stopped, brokerTime),
        _ => new CreateTransferResult(CreateTransferOutcome.Decided, brokerTime),
    };

    private async Task<CreateTransferResult?> FindThenCreate(
        CreateTransferInput input, string claimant, DurableTaskClient client, BrokerClock clock, bool isRetry,
        CancellationToken cancellationToken)
    {
        var known = await Find(input, cancellationToken);
        if (known.State != LedgerState.Intended)
            return await ReadResult(input, clock.ReadAt, cancellationToken);

        var listedFrom = clock.Now;
        var transfers = await broker.ListTransfersAsync(input.AccountId, cancellationToken);
        var listed = transfers.Outgoing();
        // Reading very many transfers takes longer than MaxReadAge, so that nothing would ever be sent. The retry counts from the end of
        // the read: the list is complete as of its last request.
        var listedAt = isRetry ? clock.Now : listedFrom;
        var ledgered = await ledger.ListAsync(input.AccountId, cancellationToken);
        var others = ledgered
            .Where(entry => entry.Intent.ConfirmationNumber != input.ConfirmationNumber
                && entry is { State: LedgerState.Intended, AttemptedAt: not null })
            .ToList();
        var match = TransferMatch.Find(
            listed,
            known.Intent.AchRelationshipId,
            known.Intent.Amount,
            known.Intent.NotBefore,
            ledgered.Select(entry => entry.BrokerTransferId).OfType<string>().ToHashSet(StringComparer.Ordinal));
        if (match.Kind != TransferMatchKind.None && others.Any(other => IsAlike(known.Intent, other.Intent)))
            return new CreateTransferResult(CreateTransferOutcome.InDoubt, clock.ReadAt);
        // Without an attempt the broker has no transfer of ours, unless the ledger was restored from an older backup: a person can tell.
        bool isUnasked = known.AttemptedAt is null;
        bool isAmbiguous = isUnasked
            ? match.Kind != TransferMatchKind.None
                && clock.Now >= known.Intent.NotBefore + RollingLimit.ClockTolerance + input.InDoubtWindow
            : match.Kind == TransferMatchKind.Ambiguous;
        if (isAmbiguous)
        {
            var ambiguity = match.Explain(known.Intent.Amount, known.Intent.Sequence, isUnasked);
            return new CreateTransferResult(CreateTransferOutcome.Ambiguous, clock.ReadAt, Ambiguity: ambiguity);
        }
        if (match is { Kind: TransferMatchKind.One, Transfer: { } found } && !isUnasked)
            return await Bind(input, found.Id, found.Status, found.CreatedAt, Adopted, clock.ReadAt, cancellationToken);

        if (known.AttemptedAt is { } attemptedAt && clock.Now < attemptedAt + input.InDoubtWindow)
            return new CreateTransferResult(CreateTransferOutcome.InDoubt, clock.ReadAt);
        if (input.FindOnly)
        {
            const string reason = "The closure ended before the transfer was created.";
            return await Abandon(input, AbandonCause.ClosureEnded, reason, clock.ReadAt, retryAt: null, cancellationToken);
        }
        // Another closure's transfer that is in doubt may use the limit and the cash: that closure's cleanup must end first.
        if (others.Count > 0)
            return new CreateTransferResult(CreateTransferOutcome.InDoubt, clock.ReadAt);
        return await CheckLimitAndCash(input, known.Intent.Amount, transfers, ledgered, clock, cancellationToken)
            ?? await Create(input, claimant, known, listedAt, client, clock, cancellationToken);
    }

    private static bool IsAlike(TransferIntent left, TransferIntent right) =>
        TransferMatch.CouldBe(left.Amount, left.AchRelationshipId, right.Amount, right.AchRelationshipId);

    // The plan may be old, and somebody else may have sent money in the meantime.
    private async Task<CreateTransferResult?> CheckLimitAndCash(
        CreateTransferInput input, Money amount, IReadOnlyList<BrokerTransfer> transfers, IReadOnlyList<LedgerTransfer> ledgered,
        BrokerClock clock, CancellationToken cancellationToken)
    {
        var outgoing = transfers.Outgoing().Including(ledgered);
        if (RollingLimit.Available(outgoing, input.DailyTransferLimit, clock.Now) < amount)
        {
            var freeAt = RollingLimit.FreeAt(outgoing, clock.Now);
            const string reason = "Another transfer has used the rolling limit.";
            return await Abandon(input, AbandonCause.OverLimit, reason, clock.ReadAt, freeAt, cancellationToken);
        }
        // A balance that may not yet show the latest transfer says nothing about the cash. The end of one of the closure's own transfers
        // takes no cash.
        bool isBalanceOld = outgoing.Any(transfer => transfer.CreatedAt + ClosurePolicy.BalanceLag > clock.Now)
            || transfers.Any(transfer => transfer.MayLackInBalances(clock.Now) && !IsOwn(transfer));
        var account = await broker.GetTradingAccountAsync(input.AccountId, cancellationToken);
        return isBalanceOld || Money.Min(account.Cash, account.CashWithdrawable) < amount
            ? await Abandon(
                input,
                AbandonCause.CashChanged,
                isBalanceOld ? "The balance may not yet show the latest transfer." : "The account no longer holds the amount.",
                clock.ReadAt,
                retryAt: null,
                cancellationToken)
            : null;

        bool IsOwn(BrokerTransfer transfer) =>
            ledgered.Any(entry => entry.BrokerTransferId == transfer.Id && entry.Intent.ConfirmationNumber == input.ConfirmationNumber);
    }

    private async Task<CreateTransferResult?> Create(
        CreateTransferInput input, string claimant, LedgerTransfer known, DateTimeOffset listedAt, DurableTaskClient client,
        BrokerClock clock, CancellationToken cancellationToken)
    {
        var intent = known.Intent;
        CreateTransferOutcome? withheldAs = CreateTransferOutcome.NotSent;
        try
        {
            var created = await broker.CreateAchWithdrawalAsync(
                input.AccountId, intent.AchRelationshipId, intent.Amount, MayCreate, cancellationToken);
            return await Bind(input, created.Id, created.Status, created.CreatedAt, Created, clock.ReadAt, cancellationToken);
        }
        catch (BrokerRefusedException refusal)
        {
            var cause = refusal.IsTransferLimit() ? AbandonCause.OverLimit : AbandonCause.Refused;
            return await Abandon(input, cause, refusal.Message, clock.ReadAt, refusal.RetryAt, cancellationToken);
        }
        catch (BrokerException failure)
        {
            var outcome = failure.Kind == BrokerErrorKind.InDoubt ? CreateTransferOutcome.InDoubt : withheldAs;
            return outcome is { } certain ? new CreateTransferResult(certain, clock.ReadAt) : null;
        }

        // The reads and the rate limiter may have taken long: the claim must still be ours, and the record of the attempt comes before the
        // request.
        async Task<bool> MayCreate(CancellationToken cancellation)
        {
            if (!await client.IsRunningInAsync(input.InstanceId, input.ConfirmationNumber, Phases, cancellation))
            {
                withheldAs = await IsStopped(input, client, cancellation) ? CreateTransferOutcome.Stopped : CreateTransferOutcome.NotSent;
                return false;
            }
            if (!clock.IsWithin(MaxReadAge, listedAt))
            {
                withheldAs = null;
                return false;
            }
            if (!await ledger.TryClaimAsync(input.IntentId, claimant, clock.Now, Lease, cancellation))
                return false;
            var attemptedAt = clock.Now;
            var attempt = await ledger.TryRecordAttemptAsync(input.IntentId, claimant, attemptedAt, known.AttemptedAt, cancellation);
            withheldAs = attempt == AttemptResult.Stopped ? CreateTransferOutcome.Stopped : CreateTransferOutcome.NotSent;
            return attempt == AttemptResult.Recorded && clock.IsWithin(ClosurePermit.MaxSendDelay, attemptedAt);
        }
    }

    // A late execution may find its closure in another phase, in review, or being cancelled. None of these means that it was stopped.
    private static async Task<bool> IsStopped(CreateTransferInput input, DurableTaskClient client, CancellationToken cancellationToken) =>
        await client.GetInstanceAsync(input.InstanceId, cancellationToken) is null or { IsCompleted: true };

    private async Task<CreateTransferResult> Bind(
        CreateTransferInput input, string transferId, TransferStatus status, DateTimeOffset createdAt, string eventName,
        DateTimeOffset brokerTime, CancellationToken cancellationToken)
    {
        await ledger.BindAsync(input.IntentId, transferId, status, createdAt, time.GetUtcNow(), cancellationToken);
        await Audit(input, eventName, cancellationToken);
        return new CreateTransferResult(CreateTransferOutcome.Exists, brokerTime, createdAt, status);
    }

    private Task Audit(CreateTransferInput input, string eventName, CancellationToken cancellationToken) => audit.AppendAsync(
        new AuditEntry(
            $"{input.IntentId}/created", input.AccountId, input.ConfirmationNumber, time.GetUtcNow(), "system", eventName, input.IntentId),
        cancellationToken);

    private async Task<CreateTransferResult> Abandon(
        CreateTransferInput input, AbandonCause cause, string reason, DateTimeOffset brokerTime, DateTimeOffset? retryAt,
        CancellationToken cancellationToken)
    {
        var abandonment = new Abandonment(cause, reason, time.GetUtcNow(), retryAt);
        await ledger.AbandonAsync(input.IntentId, abandonment, cancellationToken);
        return Abandoned(abandonment, brokerTime);
    }

    private async Task<BrokerClock> ReadClock(CancellationToken cancellationToken) =>
        new((await broker.GetClockAsync(cancellationToken)).Timestamp, ElapsedTime.Since(time));

    private async Task<LedgerTransfer> Find(CreateTransferInput input, CancellationToken cancellationToken) =>
        await ledger.FindAsync(input.IntentId, cancellationToken)
            ?? throw new InvalidOperationException($"The ledger has no intent {input.IntentId}.");
}
