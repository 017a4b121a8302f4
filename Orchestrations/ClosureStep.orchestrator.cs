using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>One step of a closure: its calls, and what it has learned so far, which survives when a later call fails.</summary>
internal sealed class ClosureStep(TaskOrchestrationContext context, ClosureState state)
{
    /// <summary>As the step began, or as it last learned.</summary>
    public ClosureState State { get; private set; } = state;

    /// <summary>The activity that had failed before has succeeded.</summary>
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

    /// <summary>An activity failed in spite of its retries.</summary>
    public ClosureState Failed(TaskFailedException failure) =>
        (HasRecovered ? State with { Failing = null } : State).StepFailed(Now, failure.TaskName, failure.ForStatus(), failure.Kind());

    /// <summary>Our time for a moment of the broker's clock, which may differ from ours.</summary>
    public DateTimeOffset When(DateTimeOffset brokerMoment, DateTimeOffset brokerNow) => context.When(brokerMoment, brokerNow);
}
