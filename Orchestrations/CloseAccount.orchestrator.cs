using AccountClosure.Closure;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>
/// The closure of one account. Each generation takes one step of the present phase, waits for what comes next (a time, a cancel, a
/// person's decision), and continues as new: the history stays short however much is paid out, and only the step that is under way
/// has to replay when a new version of this code is deployed.
/// </summary>
public static class CloseAccount
{
    [Function(nameof(CloseAccount))]
    public static async Task<ClosureResult?> Run([OrchestrationTrigger] TaskOrchestrationContext context, ClosureState state)
    {
        context.SetCustomStatus(ClosureProgress.Of(state));
        ClosureState next = await TakeStep(context, state);
        context.SetCustomStatus(ClosureProgress.Of(next));

        if (next.Phase.HasEnded())
            return ClosureResult.Of(next);

        context.ContinueAsNew(await NextMove.Of(context, next));
        return null;
    }

    private static async Task<ClosureState> TakeStep(TaskOrchestrationContext context, ClosureState state)
    {
        try
        {
            if (!state.Recorded)
                state = await Bookkeeping.RecordPhase(context, state);
            if (state.Payout.Unrecorded.Count > 0)
                state = await Bookkeeping.RecordReturns(context, state);

            return state switch
            {
                { Review: not null } => await ManualReview.Step(context, state),
                { Cancellation: not null } => await CancelClosure.Step(context, state),
                { Phase: ClosurePhase.Initiated } => await Initiate.Step(context, state),
                { Phase: ClosurePhase.Liquidating } => await Liquidate.Step(context, state),
                { Phase: ClosurePhase.Settling } => await AwaitSettlement.Step(context, state),
                { Phase: ClosurePhase.Withdrawing or ClosurePhase.WaitingForNextTransfer } => await WithdrawFunds.Step(context, state),
                { Phase: ClosurePhase.Closing } => await FinalizeClosure.Step(context, state),
                _ => throw new InvalidOperationException($"A closure cannot go on from {state.Phase}."),
            };
        }
        catch (TaskFailedException failure)
        {
            return state.StepFailed(context.Now(), failure.ForStatus(), failure.Kind());
        }
    }
}
