using AccountClosure.Closure;

namespace AccountClosure.Tests.Closure;

/// <summary>States of a closure, for the tests of the rules that change them.</summary>
internal static class States
{
    public static readonly DateTimeOffset Now = new(2026, 3, 4, 15, 0, 0, TimeSpan.Zero);

    public static readonly ClosurePolicy Policy = new();

    public static readonly ClosureRequest Request = new(
        "6fcdb360-79fb-49d9-a620-3d3d6ac2726b",
        "user-1",
        "06ae7014-378d-4d4e-a58b-2d801e7a7c54",
        "moving abroad",
        "CLA-JNGAR-K1JPF",
        Now.AddDays(-1));

    /// <summary>A closure that has been in the phase for an hour.</summary>
    public static ClosureState In(ClosurePhase phase) => ClosureState.Begin(Request, Policy).Enter(phase, Now.AddHours(-1));

    public static ClosureState InReview(ReviewCode code, ClosurePhase from = ClosurePhase.Withdrawing) =>
        In(from).NeedsReview(code, Now.AddMinutes(-5));

    /// <param name="createdAt">Null for a transfer in doubt.</param>
    public static OpenTransfer Transfer(
        int sequence, decimal dollars, DateTimeOffset? createdAt, string? status = null, DateTimeOffset? deadline = null) => new(
        $"{Request.ConfirmationNumber}/{sequence}",
        sequence,
        new Money(dollars),
        Now.AddHours(-3),
        createdAt,
        status is null ? null : new TransferStatus(status),
        deadline);

    public static ClosureState With(this ClosureState state, params OpenTransfer[] open) =>
        state with { Payout = state.Payout with { Open = open, Sequence = open.Length } };
}
