using AccountClosure.Closure;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>
/// Closes one account. Each execution takes one step of the current phase, waits for what comes next (a time, a cancel, or a person's
/// decision), and continues as new. The history thus stays short whatever the amount, and only the current step replays after a new version
/// of this code is deployed.
/// </summary>
public static class CloseAccount
{
    // ClosurePhases.Next has their order. A phase only says that it is done, that it waits, that it needs a person, or that an earlier
    // phase must run again.
    private static readonly Dictionary<ClosurePhase, Func<ClosureStep, Task<ClosureState>>> Phases = new()
    {
        [ClosurePhase.Initiated] = Initiate.Step,
        [ClosurePhase.Liquidating] = Liquidate.Step,
        [ClosurePhase.Settling] = AwaitSettlement.Step,
        [ClosurePhase.Withdrawing] = WithdrawFunds.Step,
        [ClosurePhase.WaitingForNextTransfer] = WithdrawFunds.Step,
        [ClosurePhase.Closing] = FinalizeClosure.Step,
    };

    [Function(nameof(CloseAccount))]
    public static Task<ClosureResult?> Run([OrchestrationTrigger] TaskOrchestrationContext context, ClosureState state) =>
        Advance(context, state, ClosureInstance.IdFor(state.Request.AccountId));

    /// <summary>Takes one step, waits, and continues as new.</summary>
    /// <param name="instanceId">The only id under which the closure may act: the durable API can start a copy under another id.</param>
    /// <returns>How the closure has ended; null while it continues.</returns>
    internal static async Task<ClosureResult?> Advance(TaskOrchestrationContext context, ClosureState state, string instanceId)
    {
        if (context.InstanceId != instanceId)
            return ClosureResult.From(state.Stopped(context.Now()));
        context.SetCustomStatus(ClosureProgress.From(state));
        ClosureState next = await TakeStep(new ClosureStep(context, state));
        context.SetCustomStatus(ClosureProgress.From(next));

        if (next.Phase.HasEnded())
            return ClosureResult.From(next);

        context.ContinueAsNew(await SafePoint.WaitAsync(context, next));
        return null;
    }

    private static async Task<ClosureState> TakeStep(ClosureStep step)
    {
        try
        {
            return step.Recovered(await Act(step));
        }
        catch (TaskFailedException failure)
        {
            return step.Failed(failure);
        }
    }

    private static async Task<ClosureState> Act(ClosureStep step)
    {
        if (!step.State.Recorded && await Recording.RecordPhase(step, step.State) is { } endedAs)
            return step.State.Stopped(step.Now, endedAs);
        step.Keep(step.State with { Recorded = true });
        if (step.State.Payout.Unrecorded.Count > 0)
            await Recording.RecordReturns(step);
        if (step.State.FailedDecision is { } failed)
            await Recording.AuditFailedDecision(step, failed);

        return step.State switch
        {
            { Review: not null } => await ManualReview.Step(step),
            { Outcome: { } outcome } => await EndClosure.End(step, outcome),
            { Cancellation: not null } or { Ending: not null } => await EndClosure.Step(step),
            var state => await Phases[state.Phase](step),
        };
    }
}
