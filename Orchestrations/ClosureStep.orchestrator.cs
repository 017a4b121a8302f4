using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>One step of a closure. It calls activities, and keeps the state that must survive the failure of a later call.</summary>
internal sealed class ClosureStep(TaskOrchestrationContext context, ClosureState state)
{
    public ActivityCaller Activities { get; } = new(context);

    /// <summary>The state at the start of the step, or the last one that the step kept.</summary>
    public ClosureState State { get; private set; } = state;

    public string InstanceId => context.InstanceId;

    /// <summary>Time of the current episode, from the history, UTC.</summary>
    public DateTimeOffset Now => context.Now();

    /// <summary>Keeps the state even if a later call of the step fails.</summary>
    public ClosureState Keep(ClosureState state) => State = state;

    /// <summary>The state after the step, without the failures of the activities that have succeeded in it.</summary>
    public ClosureState Recovered(ClosureState next) => next with { Failing = next.Failing?.Without(Activities.Succeeded) };

    /// <summary>The state after an activity failed in spite of its retries.</summary>
    public ClosureState Failed(TaskFailedException failure)
    {
        // A step can call an activity several times: the success of another call is no recovery.
        Activities.Forget(failure.TaskName);
        return Recovered(State).StepFailed(Now, failure.TaskName, failure.ForStatus(), failure.Kind());
    }

    /// <summary>Converts a time of the broker's clock, which may differ from ours, to our clock.</summary>
    public DateTimeOffset When(DateTimeOffset brokerMoment, DateTimeOffset brokerNow) => context.When(brokerMoment, brokerNow);
}
