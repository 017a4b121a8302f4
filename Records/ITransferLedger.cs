using AccountClosure.Closure;

namespace AccountClosure.Records;

/// <summary>
/// Every transfer that a closure meant to make, written before the broker is called, with all that the broker said of it since.
/// It outlives the durable history. All methods may run twice with the same arguments and then change nothing the second time.
/// </summary>
public interface ITransferLedger
{
    /// <summary>Writes the intent unless it is there, or its closure has been stopped or has ended; the first writer wins.</summary>
    /// <returns>What the ledger holds; null when the closure may intend nothing any more.</returns>
    Task<LedgerTransfer?> RecordIntentAsync(TransferIntent intent, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes the right to call the broker for this intent, for as long as <paramref name="lease"/>: false while another execution has it,
    /// or when the intent is bound to a broker transfer already. One execution at a time may be between "look" and "create".
    /// </summary>
    Task<bool> TryClaimAsync(string intentId, string claimant, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken = default);

    /// <summary>Gives the claim back, once the broker's answer is certain; nothing if <paramref name="claimant"/> has it no more.</summary>
    Task ReleaseAsync(string intentId, string claimant, CancellationToken cancellationToken = default);

    /// <summary>Notes, before the POST, that one is about to be sent; from then on an unknown answer is a doubt, even after a crash.</summary>
    /// <param name="at">UTC, by the broker's clock: hosts differ, and the doubt must end for all of them at the same time.</param>
    /// <param name="claimant">Who has the claim; another execution may have taken it over meanwhile.</param>
    /// <param name="before">The attempt that the caller has looked after; null when it saw none. A later one needs another look.</param>
    /// <exception cref="InvalidOperationException">The intent is bound or abandoned: no POST may be sent for it.</exception>
    Task<AttemptResult> TryRecordAttemptAsync(
        string intentId, string claimant, DateTimeOffset at, DateTimeOffset? before, CancellationToken cancellationToken = default);

    /// <summary>
    /// Binds the intent to the broker's transfer. An abandoned intent can be bound too: what exists at the broker must be in the
    /// ledger, whoever thought that it never would.
    /// </summary>
    /// <exception cref="InvalidOperationException">The intent or the broker's transfer is bound to another already.</exception>
    Task BindAsync(string intentId, string brokerTransferId, TransferStatus status, DateTimeOffset createdAt, DateTimeOffset seenAt,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Records the status last seen, raw, and appends it to the transfer's history when it differs from the one before. One seen
    /// earlier than the recorded one changes nothing, and neither does one that is not final after a final one: the broker's list may lag.
    /// </summary>
    /// <param name="seenAt">UTC: when the broker was asked, not when its answer was read.</param>
    /// <exception cref="InvalidOperationException">The intent is not bound.</exception>
    Task RecordStatusAsync(string intentId, TransferStatus status, DateTimeOffset seenAt, CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends an intent for which certainly no transfer exists and none will be made (a refusal, a cancelled closure). The first word stays.
    /// </summary>
    /// <exception cref="InvalidOperationException">The intent is bound: the broker has a transfer for it.</exception>
    Task AbandonAsync(string intentId, Abandonment abandonment, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes what a person declared of a transfer whose status is not final. It counts until the broker's status is final. The first
    /// declaration stays.
    /// </summary>
    /// <exception cref="InvalidOperationException">The intent is not bound.</exception>
    Task DeclareAsync(string intentId, Declaration declaration, CancellationToken cancellationToken = default);

    Task<LedgerTransfer?> FindAsync(string intentId, CancellationToken cancellationToken = default);

    /// <summary>All of the account's, oldest first.</summary>
    Task<IReadOnlyList<LedgerTransfer>> ListAsync(string accountId, CancellationToken cancellationToken = default);

    /// <summary>The transfer's history: each status that differed from the one before, oldest first.</summary>
    Task<IReadOnlyList<SeenStatus>> ListStatusesAsync(string intentId, CancellationToken cancellationToken = default);
}

public enum AttemptResult
{
    /// <summary>The POST may be sent.</summary>
    Recorded,

    /// <summary>Another execution has the claim, or has made an attempt meanwhile: look again.</summary>
    Overtaken,

    /// <summary>The intent's closure has been stopped or has ended: no POST may be sent.</summary>
    Stopped,
}

/// <param name="SeenAt">When we saw it first; the change at the broker was earlier.</param>
public sealed record SeenStatus(TransferStatus Status, DateTimeOffset SeenAt);

/// <param name="IntentId">The closure's confirmation number and the sequence: <c>CLA-XXXXX-XXXXX/3</c>.</param>
/// <param name="Sequence">1 for the closure's first transfer.</param>
/// <param name="Amount">US dollars, whole cents.</param>
/// <param name="NotBefore">By the broker's clock: a transfer created earlier than this cannot be this intent's.</param>
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
    /// <summary>Meant; the broker has not been asked, or no answer is known.</summary>
    Intended,

    /// <summary>The broker has a transfer for it.</summary>
    Bound,

    /// <summary>No transfer exists and none will be made for it.</summary>
    Abandoned,
}

/// <summary>Why no transfer was made: an execution that runs again gives the same answer for it.</summary>
public enum AbandonCause
{
    /// <summary>The rolling limit did not leave the amount.</summary>
    OverLimit,

    /// <summary>The broker will not do it.</summary>
    Refused,

    /// <summary>The account no longer held the amount when the transfer was about to be requested.</summary>
    CashChanged,

    /// <summary>The closure was terminated, or is being cancelled, and certainly no transfer exists.</summary>
    ClosureEnded,

    /// <summary>A person decided so.</summary>
    Decided,
}

/// <param name="Reason">In words.</param>
/// <param name="RetryAt">OverLimit: when the limit leaves something again, by the broker's clock, if that is known.</param>
public sealed record Abandonment(AbandonCause Cause, string Reason, DateTimeOffset At, DateTimeOffset? RetryAt = null);

/// <summary>What a person declared of a transfer, and why.</summary>
/// <param name="Actor">Who declared it, or "system" when nobody decided in time.</param>
/// <param name="At">UTC.</param>
public sealed record Declaration(DeclaredStage Stage, string Actor, string Reason, DateTimeOffset At);

/// <param name="AttemptedAt">When a POST was last about to be sent, by the broker's clock; null if never.</param>
/// <param name="BrokerTransferId">Null until bound.</param>
/// <param name="BrokerCreatedAt">By the broker's clock.</param>
/// <param name="Status">The raw status last seen.</param>
/// <param name="StatusSeenAt">When that status was seen first.</param>
/// <param name="Abandonment">Null unless it was abandoned; kept when a transfer turned up after all.</param>
/// <param name="Declaration">Null unless a person declared what becomes of it.</param>
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
    /// What the transfer counts as: the broker's final status, else a person's declaration, else in progress. Null until bound.
    /// </summary>
    public TransferStage? Stage => Status switch
    {
        null => null,
        { IsFinal: true } final => final.Stage,
        _ when Declaration is { } declaration => declaration.Stage.AsTransferStage(),
        _ => TransferStage.InProgress,
    };

    /// <summary>Whether a person gave the intent up after a request for it: it may have become a transfer that is not bound.</summary>
    public bool IsInDoubt => State == LedgerState.Abandoned && AttemptedAt is not null && Abandonment is { Cause: AbandonCause.Decided };

    /// <summary>
    /// Whether the intent may still become a transfer, or its transfer has not ended and nobody has declared anything of it.
    /// </summary>
    public bool IsOpen => State == LedgerState.Intended || (State == LedgerState.Bound && Status is { IsFinal: false } && Declaration is null);

    /// <summary>The transfer as a closure follows it: without a deadline, and with the stage as which it counts.</summary>
    public OpenTransfer ToOpenTransfer() =>
        new(Intent.IntentId, Intent.Sequence, Intent.Amount, Intent.NotBefore, BrokerCreatedAt, Status, Stage: Stage);
}
