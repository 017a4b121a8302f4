using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>One step of a closure: it calls activities, and keeps the state that must survive when a later call fails.</summary>
internal sealed class ClosureStep(TaskOrchestrationContext context, ClosureState state)
{
    /// <summary>The state with which the step began, or the one it kept last.</summary>
    public ClosureState State { get; private set; } = state;

    /// <summary>Whether the activity that failed last has succeeded in this step.</summary>
    public bool HasRecovered { get; private set; }

    public string InstanceId => context.InstanceId;

    /// <summary>The time of the present episode, from the history, UTC.</summary>
    public DateTimeOffset Now => context.Now();

    /// <summary>Keeps the state even if a later call of the step fails.</summary>
    public ClosureState Learn(ClosureState state) => State = state;

    public async Task<T> CallAsync<T>(string activity, object input)
    {
        var result = await context.CallActivityAsync<T>(activity, input, Retries.Activity);
        HasRecovered |= State.Failing?.Activity == activity;
        return result;
    }

    public async Task CallAsync(string activity, object input)
    {
        await context.CallActivityAsync(activity, input, Retries.Activity);
        HasRecovered |= State.Failing?.Activity == activity;
    }

    /// <summary>The state after an activity failed in spite of its retries.</summary>
    public ClosureState Failed(TaskFailedException failure) =>
        (HasRecovered ? State with { Failing = null } : State).StepFailed(Now, failure.TaskName, failure.ForStatus(), failure.Kind());

    /// <summary>Converts a time of the broker's clock, which may differ from ours, to our clock.</summary>
    public DateTimeOffset When(DateTimeOffset brokerMoment, DateTimeOffset brokerNow) => context.When(brokerMoment, brokerNow);
}
