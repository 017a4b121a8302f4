using AccountClosure.Activities;
using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>
/// Ends the orders by which a closure sells. A sale may still be on its way to the broker, so the closure cancels the orders now, and once
/// more when none can arrive.
/// </summary>
internal static class OwnOrders
{
    /// <returns>The state that waits for the orders, or asks a person about them; null when they have ended.</returns>
    public static async Task<ClosureState?> End(ClosureStep step)
    {
        var state = step.State;
        var ending = state.Ending!;
        if (ending.OrdersEnded || ending.Asked is not { LiquidationAt: { } askedAt } asked)
            return null;
        var arrivesBy = askedAt + state.Policy.TransferInDoubtWindow;
        int? open = asked.SaleAt is { } soldFrom
            ? await CancelOrders(
                step, new CancelOwnOrdersInput(state.Request.AccountId, state.Request.ConfirmationNumber, soldFrom, arrivesBy))
            : 0;
        if (step.State.AwaitOwnOrders(open, arrivesBy, step.Now) is { } waiting)
            return waiting;
        step.Keep(step.State with { Deadline = null, Ending = ending with { OrdersEnded = true } });
        return null;
    }

    // Null when the broker refuses to show them: they may be open until the deadline.
    private static async Task<int?> CancelOrders(ClosureStep step, CancelOwnOrdersInput input)
    {
        try
        {
            return await step.Activities.CancelOwnOrders(input);
        }
        catch (TaskFailedException failure) when (failure.Kind() == StepFailure.Permanent)
        {
            step.Keep(step.State with { LastError = failure.ForStatus() });
            return null;
        }
    }
}
