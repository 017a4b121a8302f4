using System.Text.Json.Serialization;

namespace AccountClosure.Closure;

/// <summary>
/// The custom status of a closure's instance: small, and free of names, account numbers and the customer's words. Times are UTC,
/// amounts US dollars.
/// </summary>
/// <param name="NextAction">What happens next, in words.</param>
/// <param name="NextActionAt">When; null for at once, or when nothing more will happen.</param>
/// <param name="Wait">What the closure waits for, for programs; null while it does not wait.</param>
/// <param name="WaitingFor">The same in words.</param>
/// <param name="ReturnsUntil">Until when transfers that are complete are watched before the account is closed; null at other times.</param>
/// <param name="Withdrawn">Paid out in complete transfers.</param>
/// <param name="Remaining">In the account or on its way, as last seen.</param>
/// <param name="TransferCount">Transfers created; <paramref name="Transfers"/> has the latest five.</param>
/// <param name="Attempts">Steps taken in this phase.</param>
/// <param name="CanCancel">False once the broker was asked to close the account, or has closed it.</param>
/// <param name="Review">Set in manual review: why, and what a person can decide.</param>
/// <param name="ReasonCode">Of a refusal.</param>
public sealed record ClosureProgress(
    ClosurePhase Phase,
    DateTimeOffset Since,
    string ConfirmationNumber,
    string NextAction,
    DateTimeOffset? NextActionAt,
    WaitKind? Wait,
    string? WaitingFor,
    DateTimeOffset? Deadline,
    DateTimeOffset? ReturnsUntil,
    Money Withdrawn,
    Money Remaining,
    int TransferCount,
    IReadOnlyList<TransferSummary> Transfers,
    int Attempts,
    string? LastError,
    bool CancelRequested,
    bool CanCancel,
    ReviewProgress? Review,
    string? ReasonCode,
    string? Reason)
{
    public static ClosureProgress From(ClosureState state) => new(
        state.Phase,
        state.PhaseSince,
        state.Request.ConfirmationNumber,
        ProgressTexts.NextAction(state),
        state.Wait?.Until,
        state.Wait?.Kind,
        ProgressTexts.WaitingFor(state),
        state.Payout.Open.Select(transfer => transfer.Deadline).Append(state.Deadline).Min(),
        state.Payout.ReturnsUntil,
        state.Payout.Withdrawn,
        state.Payout.Remaining,
        state.Payout.Created,
        state.Payout.Latest,
        state.Attempts,
        state.LastError,
        state.Cancellation is not null,
        state.CanStillBeCancelled() && state.Ending is null && !state.Phase.HasEnded(),
        state.Review is null ? null : new ReviewProgress(state.Review.Number, state.Review.Code, state.Review.From, state.Review.Choices(), state.Review.Explain()),
        state.Refusal?.Code.ToString(),
        state.Refusal?.Reason);
}

/// <param name="Number">What a decision must name: 1 for the closure's first review.</param>
public sealed record ReviewProgress(
    int Number, ReviewCode Code, ClosurePhase From, IReadOnlyList<ReviewChoice> Choices, string Explanation);

/// <summary>The output of an ended closure.</summary>
/// <param name="Outcome">Completed, Cancelled, Rejected, or Failed when this instance had no right to act. Only Completed means that the account is closed.</param>
/// <param name="Withdrawn">US dollars, in complete transfers.</param>
/// <param name="Remaining">US dollars left in the account: at most the tolerance, when completed.</param>
public sealed record ClosureResult(
    [property: JsonConverter(typeof(JsonStringEnumConverter<ClosurePhase>))] ClosurePhase Outcome,
    string ConfirmationNumber,
    Money Withdrawn,
    Money Remaining,
    int TransferCount,
    string? ReasonCode,
    string? Reason,
    DateTimeOffset EndedAt)
{
    public static ClosureResult From(ClosureState state) => new(
        state.Phase,
        state.Request.ConfirmationNumber,
        state.Payout.Withdrawn,
        state.Payout.Remaining,
        state.Payout.Created,
        state.Refusal?.Code.ToString(),
        state.Refusal?.Reason ?? state.Cancellation?.Reason,
        state.PhaseSince);
}
