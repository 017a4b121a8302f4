using AccountClosure.Activities;
using AccountClosure.Closure;

namespace AccountClosure.Orchestrations;

/// <summary>Makes one transfer: first intended in the ledger, then found, adopted or created at the broker.</summary>
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
        // Kept: a state that forgot the intent would intend another transfer under the same number.
        step.Keep(state with { Payout = state.Payout.Intended(known), Deadline = null });
        return true;
    }

    public static async Task<ClosureState> Create(ClosureStep step)
    {
        var attempt = await step.Activities.CreateTransfer(CreateTransferInput.From(step.State, step.InstanceId));
        return step.State.After(attempt, step.Now);
    }
}
