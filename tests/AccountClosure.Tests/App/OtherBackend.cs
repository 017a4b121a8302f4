using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Tests.App;

/// <summary>
/// A durable backend that answers some calls as others do than the embedded engine, which does the work: Azure Storage reports no start
/// that another one has won, and the client over gRPC has exceptions of its own.
/// </summary>
internal sealed class OtherBackend(DurableTaskClient inner) : DurableTaskClient("other")
{
    /// <summary>Runs right before an instance starts.</summary>
    public Func<Task> BeforeStart { get; init; } = () => Task.CompletedTask;

    /// <summary>The exception that raising an event throws; null for none.</summary>
    public Exception? RaiseFailure { get; init; }

    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default)
    {
        await BeforeStart();
        try
        {
            return await inner.ScheduleNewOrchestrationInstanceAsync(orchestratorName, input, options, cancellation);
        }
        catch (InvalidOperationException)
        {
            return options!.InstanceId!;
        }
    }

    public override Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default) =>
        RaiseFailure is null ? inner.RaiseEventAsync(instanceId, eventName, eventPayload, cancellation) : Task.FromException(RaiseFailure);

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        inner.WaitForInstanceStartAsync(instanceId, getInputsAndOutputs, cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        inner.WaitForInstanceCompletionAsync(instanceId, getInputsAndOutputs, cancellation);

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        inner.SuspendInstanceAsync(instanceId, reason, cancellation);

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        inner.ResumeInstanceAsync(instanceId, reason, cancellation);

    /// <summary>Azure Storage gives an instance a new creation time with each execution.</summary>
    public override async Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        if (await inner.GetInstancesAsync(instanceId, getInputsAndOutputs, cancellation) is not { } instance)
            return null;
        return new OrchestrationMetadata(instance.Name, instance.InstanceId)
        {
            DataConverter = instance.DataConverter,
            RuntimeStatus = instance.RuntimeStatus,
            CreatedAt = instance.LastUpdatedAt,
            LastUpdatedAt = instance.LastUpdatedAt,
            SerializedInput = instance.SerializedInput,
            SerializedOutput = instance.SerializedOutput,
            SerializedCustomStatus = instance.SerializedCustomStatus,
            FailureDetails = instance.FailureDetails,
        };
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) =>
        inner.GetAllInstancesAsync(filter);

    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}
