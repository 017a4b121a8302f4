using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Activities;

/// <summary>
/// Brings the transfer of an intent into being, once: looks at the broker's transfers, adopts the one that matches, and creates one
/// only when there is certainly none. It may run twice, also at the same time, and die anywhere.
/// </summary>
public sealed class CreateTransfer(IBroker broker, ITransferLedger ledger, IAuditLog audit, TimeProvider time)
{
    /// <summary>How long one execution may be between "look" and "create"; well above a request's time-out.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    /// <param name="LookOnly">Nothing is created: the closure is being cancelled.</param>
    public sealed record Order(
        string AccountId,
        string ConfirmationNumber,
        string InstanceId,
        string IntentId,
        string AchRelationshipId,
        Money DailyTransferLimit,
        TimeSpan DoubtWindow,
        bool LookOnly = false)
    {
        public static Order Of(ClosureState state, string instanceId) => new(
            state.Request.AccountId,
            state.Request.ConfirmationNumber,
            instanceId,
            state.Payout.Doubt()!.IntentId,
            state.Request.AchRelationshipId,
            state.Policy.DailyTransferLimit,
            state.Policy.TransferDoubtWindow);
    }

    public enum Outcome
    {
        /// <summary>The broker has the transfer, and the ledger is bound to it.</summary>
        Exists,

        /// <summary>It may exist or come into being: look again later.</summary>
        InDoubt,

        /// <summary>The rolling limit does not leave the amount; the intent has ended.</summary>
        OverLimit,

        /// <summary>The broker will not do it; the intent has ended.</summary>
        Refused,

        /// <summary>Two transfers could be the one.</summary>
        Ambiguous,

        /// <summary>The closure was terminated, or this is only a look and there is none; the intent has ended.</summary>
        NotMade,
    }

    /// <param name="CreatedAt">By the broker's clock.</param>
    /// <param name="RetryAt">OverLimit: when to try again, by the broker's clock.</param>
    public sealed record Result(
        Outcome Outcome, DateTimeOffset BrokerTime, DateTimeOffset? CreatedAt = null, TransferStatus? Status = null, DateTimeOffset? RetryAt = null);

    [Function(nameof(CreateTransfer))]
    public async Task<Result> Run(
        [ActivityTrigger] Order order, [DurableClient] DurableTaskClient client, FunctionContext function, CancellationToken cancellationToken)
    {
        var clock = await broker.GetClockAsync(cancellationToken);
        var claimant = function.InvocationId;
        if (!await ledger.TryClaimAsync(order.IntentId, claimant, time.GetUtcNow(), Lease, cancellationToken))
            return await Settled(order, clock.Timestamp, cancellationToken);
        try
        {
            return await LookThenCreate(order, claimant, client, clock.Timestamp, cancellationToken);
        }
        finally
        {
            // Whatever is still in doubt is told by the attempt in the ledger, not by the claim.
            await ledger.ReleaseAsync(order.IntentId, claimant, CancellationToken.None);
        }
    }

    private async Task<Result> Settled(Order order, DateTimeOffset brokerTime, CancellationToken cancellationToken)
    {
        var known = await Find(order, cancellationToken);
        return known.State switch
        {
            LedgerState.Bound => new Result(Outcome.Exists, brokerTime, known.BrokerCreatedAt, known.Status),
            LedgerState.Abandoned => Abandoned(known.Abandonment!, brokerTime),
            _ => new Result(Outcome.InDoubt, brokerTime),
        };
    }

    private static Result Abandoned(Abandonment abandonment, DateTimeOffset brokerTime) => abandonment.Cause switch
    {
        AbandonCause.OverLimit => new Result(Outcome.OverLimit, brokerTime, RetryAt: abandonment.RetryAt),
        AbandonCause.Refused => new Result(Outcome.Refused, brokerTime),
        _ => new Result(Outcome.NotMade, brokerTime),
    };

    private async Task<Result> LookThenCreate(
        Order order, string claimant, DurableTaskClient client, DateTimeOffset brokerTime, CancellationToken cancellationToken)
    {
        var known = await Find(order, cancellationToken);
        if (known.State != LedgerState.Intended)
            return await Settled(order, brokerTime, cancellationToken);

        var outgoing = (await broker.ListTransfersAsync(order.AccountId, cancellationToken)).Outgoing();
        var boundToOthers = (await ledger.ListAsync(order.AccountId, cancellationToken))
            .Select(transfer => transfer.BrokerTransferId)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        var match = TransferMatch.Find(outgoing, order.AchRelationshipId, known.Intent.Amount, known.Intent.NotBefore, boundToOthers);
        if (match.Kind == TransferMatchKind.Ambiguous)
            return new Result(Outcome.Ambiguous, brokerTime);
        if (match is { Kind: TransferMatchKind.One, Transfer: { } found })
            return await Bind(order, found.Id, found.Status, found.CreatedAt, "TransferAdopted", brokerTime, cancellationToken);

        if (known.AttemptedAt is { } attemptedAt && time.GetUtcNow() < attemptedAt + order.DoubtWindow)
            return new Result(Outcome.InDoubt, brokerTime);
        if (order.LookOnly || !await client.IsRunningAsync(order.InstanceId, order.ConfirmationNumber, cancellationToken))
            return await Abandon(order, AbandonCause.ClosureEnded, "The closure ended before the transfer was made.", brokerTime, retryAt: null, cancellationToken);
        if (RollingLimit.Available(outgoing, order.DailyTransferLimit, brokerTime) < known.Intent.Amount)
        {
            var freeAt = RollingLimit.FreeAt(outgoing, brokerTime);
            return await Abandon(order, AbandonCause.OverLimit, "The rolling limit was used by another transfer.", brokerTime, freeAt, cancellationToken);
        }
        return await Create(order, claimant, known.Intent.Amount, brokerTime, cancellationToken);
    }

    private async Task<Result> Create(Order order, string claimant, Money amount, DateTimeOffset brokerTime, CancellationToken cancellationToken)
    {
        // Looking may have taken long: the right to create must still be ours, and the attempt is known before it is made.
        if (!await ledger.TryClaimAsync(order.IntentId, claimant, time.GetUtcNow(), Lease, cancellationToken))
            return new Result(Outcome.InDoubt, brokerTime);
        await ledger.RecordAttemptAsync(order.IntentId, time.GetUtcNow(), cancellationToken);
        try
        {
            var created = await broker.CreateAchWithdrawalAsync(order.AccountId, order.AchRelationshipId, amount, cancellationToken);
            return await Bind(order, created.Id, created.Status, created.CreatedAt, "TransferCreated", brokerTime, cancellationToken);
        }
        catch (BrokerException doubt) when (doubt.Kind is BrokerErrorKind.Doubtful or BrokerErrorKind.Unavailable or BrokerErrorKind.RateLimited)
        {
            return new Result(Outcome.InDoubt, brokerTime);
        }
        catch (BrokerException refusal)
        {
            var cause = refusal.IsTransferLimit() ? AbandonCause.OverLimit : AbandonCause.Refused;
            return await Abandon(order, cause, refusal.Message, brokerTime, refusal.RetryAt, cancellationToken);
        }
    }

    private async Task<Result> Bind(
        Order order, string transferId, TransferStatus status, DateTimeOffset createdAt, string happening, DateTimeOffset brokerTime,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await ledger.BindAsync(order.IntentId, transferId, status, createdAt, now, cancellationToken);
        await audit.AppendAsync(
            new AuditEntry($"{order.IntentId}/created", order.AccountId, order.ConfirmationNumber, now, "system", happening, order.IntentId),
            cancellationToken);
        return new Result(Outcome.Exists, brokerTime, createdAt, status);
    }

    private async Task<Result> Abandon(
        Order order, AbandonCause cause, string reason, DateTimeOffset brokerTime, DateTimeOffset? retryAt, CancellationToken cancellationToken)
    {
        var abandonment = new Abandonment(cause, reason, time.GetUtcNow(), retryAt);
        await ledger.AbandonAsync(order.IntentId, abandonment, cancellationToken);
        return Abandoned(abandonment, brokerTime);
    }

    private async Task<LedgerTransfer> Find(Order order, CancellationToken cancellationToken) =>
        await ledger.FindAsync(order.IntentId, cancellationToken)
            ?? throw new InvalidOperationException("The ledger has no such intent.");
}
