using System.Text.Json.Serialization;

namespace AccountClosure.Closure;

/// <summary>
/// Custom status of a closure's instance: small, and without names, account numbers, or the customer's words. Times are UTC, amounts US
/// dollars.
/// </summary>
/// <param name="NextAction">Next action, in words.</param>
/// <param name="NextActionAt">Time of the next action; null when it is due at once or nothing follows.</param>
/// <param name="Wait">What the closure waits for, for programs; null while it does not wait.</param>
/// <param name="WaitingFor">What the closure waits for, in words; null while it does not wait.</param>
/// <param name="ReturnsUntil">End of the return window, before which the account is not closed; null at other times.</param>
/// <param name="Withdrawn">Amount in complete transfers.</param>
/// <param name="Remaining">Amount in the account or on its way, as last seen.</param>
/// <param name="TransferCount">Number of transfers created; <paramref name="Transfers"/> has the latest five.</param>
/// <param name="Attempts">Number of steps taken in this phase.</param>
/// <param name="CanCancel">False once the broker was asked to close the account, or has closed it.</param>
/// <param name="Review">Reason for the manual review and its choices; null at other times.</param>
/// <param name="ReasonCode">Code of the refusal; null without one.</param>
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
        state.Review is { } review
            ? new ReviewProgress(review.Number, review.Code, review.From, review.Choices(), review.Explain())
            : null,
        state.Refusal?.Code.ToString(),
        state.Refusal?.Reason);
}

/// <param name="Number">Number that a decision must name: 1 for the closure's first review.</param>
public sealed record ReviewProgress(
    int Number, ReviewCode Code, ClosurePhase From, IReadOnlyList<ReviewChoice> Choices, string Explanation);

/// <summary>Output of a closure that has ended.</summary>
/// <param name="Outcome">
/// Completed, Cancelled, Rejected, or Failed when this instance had no right to act. Only Completed means that the account is closed.
/// </param>
/// <param name="Withdrawn">Amount in complete transfers, US dollars.</param>
/// <param name="Remaining">Amount left in the account, US dollars. When completed, the tolerance is the maximum.</param>
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
