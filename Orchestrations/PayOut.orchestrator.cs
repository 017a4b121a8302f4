using AccountClosure.Activities;
using AccountClosure.Closure;

namespace AccountClosure.Orchestrations;

/// <summary>Makes one transfer: records the intent in the ledger, then adopts a matching transfer at the broker or creates one.</summary>
internal static class PayOut
{
    /// <returns>False when the closure was stopped.</returns>
    public static async Task<bool> Intend(ClosureStep step, Money amount, DateTimeOffset brokerTime)
    {
        var state = step.State;
        int sequence = state.Payout.Sequence + 1;
        var open = new OpenTransfer(
            $"{state.Request.ConfirmationNumber}/{sequence}", sequence, amount, NotBefore: brokerTime - RollingLimit.ClockTolerance);
        if (await step.Activities.RecordTransferIntent(new RecordTransferIntentInput(state.Request, open, step.Now)) is not { } known)
            return false;
        // Kept because a state without the intent would intend another transfer under the same number.
        step.Keep(state with { Payout = state.Payout.Intended(known), Deadline = null });
        return true;
    }

    public static async Task<ClosureState> Create(ClosureStep step)
    {
        var attempt = await step.Activities.CreateTransfer(CreateTransferInput.From(step.State, step.InstanceId));
        return step.State.After(attempt, step.Now);
    }
}
