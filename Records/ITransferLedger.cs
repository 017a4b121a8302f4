using AccountClosure.Closure;

namespace AccountClosure.Records;

/// <summary>
/// Ledger of every intended transfer of every closure. A closure writes the transfer before it calls the broker, and then records what the
/// broker says about it. The ledger is kept after the durable history is purged. Each method is idempotent: a second call with the same
/// arguments changes nothing.
/// </summary>
public interface ITransferLedger
{
    /// <summary>Writes the intent, unless the ledger has it or its closure has been stopped or has ended. The first writer wins.</summary>
    /// <returns>The transfer in the ledger; null when the closure may no longer intend a transfer.</returns>
    Task<LedgerTransfer?> RecordIntentAsync(TransferIntent intent, CancellationToken cancellationToken = default);

    /// <summary>
    /// Claims the right to call the broker for this intent, for the duration of <paramref name="lease"/>. One execution at a time may find
    /// and create the transfer of an intent.
    /// </summary>
    /// <returns>False while another execution has the claim, or when the intent is bound or abandoned.</returns>
    Task<bool> TryClaimAsync(
        string intentId, string claimant, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken = default);

    /// <summary>
    /// Releases the claim once the broker's answer is certain. Changes nothing when <paramref name="claimant"/> no longer has the claim.
    /// </summary>
    Task ReleaseAsync(string intentId, string claimant, CancellationToken cancellationToken = default);

    /// <summary>
    /// Records that a POST is about to be sent. From then on the transfer is in doubt until the answer is known, even after a crash.
    /// </summary>
    /// <param name="claimant">Execution that had the claim. Another execution may have taken the claim over since.</param>
    /// <param name="at">
    /// Time of the attempt by the broker's clock, UTC. The clocks of hosts differ, and the in-doubt window must end for all hosts at
    /// the same time.
    /// </param>
    /// <param name="before">
    /// The latest attempt whose transfer the caller has searched for; null when there was none. A later attempt needs another search.
    /// </param>
    /// <exception cref="InvalidOperationException">The intent is bound or abandoned: no POST may be sent for it.</exception>
    Task<AttemptResult> TryRecordAttemptAsync(
        string intentId, string claimant, DateTimeOffset at, DateTimeOffset? before, CancellationToken cancellationToken = default);

    /// <summary>
    /// Binds the intent to the broker's transfer. It also binds an abandoned intent, because every transfer that exists at the broker must
    /// be in the ledger, even an unexpected one.
    /// </summary>
    /// <exception cref="InvalidOperationException">The intent or the broker's transfer is already bound to another one.</exception>
    Task BindAsync(
        string intentId,
        string brokerTransferId,
        TransferStatus status,
        DateTimeOffset createdAt,
        DateTimeOffset seenAt,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Records the raw status last seen, and appends it to the transfer's history when it differs from the one before. The broker's list
    /// may lag. So a status seen earlier than the recorded one changes nothing, and neither does one that would undo a final status.
    /// </summary>
    /// <param name="seenAt">Time of the request to the broker, not of its answer, UTC.</param>
    /// <exception cref="InvalidOperationException">The intent is not bound.</exception>
    Task RecordStatusAsync(string intentId, TransferStatus status, DateTimeOffset seenAt, CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends an intent that has no transfer and will get none, for example after a refusal or a cancel. The first abandonment stays.
    /// </summary>
    /// <exception cref="InvalidOperationException">The intent is bound: the broker has a transfer for it.</exception>
    Task AbandonAsync(string intentId, Abandonment abandonment, CancellationToken cancellationToken = default);

    /// <summary>
    /// Records what a person declared about a transfer whose status is not final. The declaration counts until the broker's status is
    /// final. The first declaration stays.
    /// </summary>
    /// <exception cref="InvalidOperationException">The intent is not bound.</exception>
    Task DeclareAsync(string intentId, Declaration declaration, CancellationToken cancellationToken = default);

    Task<LedgerTransfer?> FindAsync(string intentId, CancellationToken cancellationToken = default);

    /// <summary>All transfers of the account, oldest first.</summary>
    Task<IReadOnlyList<LedgerTransfer>> ListAsync(string accountId, CancellationToken cancellationToken = default);

    /// <summary>The transfer's history: each status that differed from the one before, oldest first.</summary>
    Task<IReadOnlyList<SeenStatus>> ListStatusesAsync(string intentId, CancellationToken cancellationToken = default);
}

public enum AttemptResult
{
    /// <summary>The POST may be sent.</summary>
    Recorded,

    /// <summary>
    /// Another execution has the claim, or has made an attempt in the meantime. The caller must search for the transfer again.
    /// </summary>
    Overtaken,

    /// <summary>The intent's closure has been stopped or has ended. No POST may be sent.</summary>
    Stopped,
}

/// <param name="SeenAt">Time when we first saw the status, UTC. The change at the broker was earlier.</param>
public sealed record SeenStatus(TransferStatus Status, DateTimeOffset SeenAt);

/// <param name="IntentId">The closure's confirmation number and the sequence: <c>CLA-XXXXX-XXXXX/3</c>.</param>
/// <param name="Sequence">1 for the closure's first transfer.</param>
/// <param name="Amount">US dollars, whole cents.</param>
/// <param name="NotBefore">
/// Earliest creation time of the intent's transfer, by the broker's clock, UTC. An earlier transfer cannot be the intent's.
/// </param>
public sealed record TransferIntent(
    string IntentId,
    string AccountId,
    string ConfirmationNumber,
    int Sequence,
    Money Amount,
    string AchRelationshipId,
    DateTimeOffset NotBefore,
    DateTimeOffset CreatedAt);

public enum LedgerState
{
    /// <summary>The transfer is planned. The broker has not been called, or its answer is not known.</summary>
    Intended,

    /// <summary>The broker has a transfer for the intent.</summary>
    Bound,

    /// <summary>The intent has no transfer and will get none.</summary>
    Abandoned,
}

/// <summary>Why no transfer was made. An execution that runs again gives the same answer for the intent.</summary>
public enum AbandonCause
{
    /// <summary>The rolling limit did not allow the amount.</summary>
    OverLimit,

    /// <summary>The broker refused the transfer.</summary>
    Refused,

    /// <summary>The account no longer held the amount when the transfer was about to be requested.</summary>
    CashChanged,

    /// <summary>The closure was terminated or is being cancelled, and it is certain that no transfer exists.</summary>
    ClosureEnded,

    /// <summary>A person decided to give the intent up.</summary>
    Decided,
}

/// <param name="Reason">The cause in words.</param>
/// <param name="RetryAt">
/// For OverLimit: time when the limit allows an amount again, by the broker's clock, UTC; null if it is not known.
/// </param>
public sealed record Abandonment(AbandonCause Cause, string Reason, DateTimeOffset At, DateTimeOffset? RetryAt = null);

/// <summary>What a person declared about a transfer, and why.</summary>
/// <param name="Actor">Who declared it, or "system" when nobody decided in time.</param>
/// <param name="At">Time of the declaration, UTC.</param>
public sealed record Declaration(DeclaredStage Stage, string Actor, string Reason, DateTimeOffset At);

/// <param name="AttemptedAt">Time of the last attempt to send a POST by the broker's clock, UTC; null if there was none.</param>
/// <param name="BrokerTransferId">Id of the broker's transfer; null until the intent is bound.</param>
/// <param name="BrokerCreatedAt">Creation time of the broker's transfer by the broker's clock, UTC; null until the intent is bound.</param>
/// <param name="Status">Raw status last seen; null until the intent is bound.</param>
/// <param name="StatusSeenAt">Time when we first saw that status, UTC.</param>
/// <param name="Abandonment">Null unless the intent was abandoned. It is kept when a transfer is found later.</param>
/// <param name="Declaration">Null unless a person declared the stage of the transfer.</param>
public sealed record LedgerTransfer(
    TransferIntent Intent,
    LedgerState State,
    DateTimeOffset? AttemptedAt,
    string? BrokerTransferId,
    DateTimeOffset? BrokerCreatedAt,
    TransferStatus? Status,
    DateTimeOffset? StatusSeenAt,
    Abandonment? Abandonment,
    Declaration? Declaration = null)
{
    /// <summary>
    /// Stage that the transfer counts as: that of the broker's final status, else that of a person's declaration, else in progress. Null
    /// until the intent is bound.
    /// </summary>
    public TransferStage? Stage => Status switch
    {
        null => null,
        { IsFinal: true } final => final.Stage,
        _ when Declaration is { } declaration => declaration.Stage.AsTransferStage(),
        _ => TransferStage.InProgress,
    };

    /// <summary>Whether a person gave the intent up after a request for it, so that an unbound transfer may exist.</summary>
    public bool IsInDoubt => State == LedgerState.Abandoned && AttemptedAt is not null && Abandonment is { Cause: AbandonCause.Decided };

    /// <summary>
    /// Whether the intent may still become a transfer, or its transfer has not ended and nobody has declared its stage.
    /// </summary>
    public bool IsOpen =>
        State == LedgerState.Intended || (State == LedgerState.Bound && Status is { IsFinal: false } && Declaration is null);

    /// <summary>The transfer as a closure follows it: with the stage that it counts as, and without a deadline.</summary>
    public OpenTransfer ToOpenTransfer() =>
        new(Intent.IntentId, Intent.Sequence, Intent.Amount, Intent.NotBefore, BrokerCreatedAt, Status, Stage: Stage);
}
