using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Embedded.Engine.Episodes;

/// <summary>
/// Wraps the SDK's context with the check that the Functions worker adds: only the episode's thread may use it. It also tracks its open
/// tasks, so that the engine detects an orchestrator that awaits none of them.
/// </summary>
internal sealed class GuardedContext(TaskOrchestrationContext inner, Payload input, DataConverter converter) : TaskOrchestrationContext
{
    private readonly List<Task> _open = [];

    public bool HasContinuedAsNew { get; private set; }

    public bool IsWaiting => _open.Exists(task => !task.IsCompleted);

    public override TaskName Name => inner.Name;

    public override string InstanceId => inner.InstanceId;

    public override ParentOrchestrationInstance? Parent => inner.Parent;

    public override DateTime CurrentUtcDateTime => inner.CurrentUtcDateTime;

    public override bool IsReplaying => inner.IsReplaying;

    public override string Version => inner.Version;

    public override IReadOnlyDictionary<string, object?> Properties => inner.Properties;

    public override ILoggerFactory ReplaySafeLoggerFactory => inner.ReplaySafeLoggerFactory;

    protected override ILoggerFactory LoggerFactory => inner.ReplaySafeLoggerFactory;

    public override T? GetInput<T>()
        where T : default
    {
        EnsureInEpisode();
        return converter.Deserialize<T>(input.Text);
    }

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        EnsureInEpisode();
        return Watch(inner.CallActivityAsync<TResult>(name, input, options));
    }

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        EnsureInEpisode();
        return Watch(inner.CallSubOrchestratorAsync<TResult>(orchestratorName, input, options));
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        EnsureInEpisode();
        return Watch(inner.CreateTimer(fireAt, cancellationToken));
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        EnsureInEpisode();
        return Watch(inner.WaitForExternalEvent<T>(eventName, cancellationToken));
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        EnsureInEpisode();
        inner.SendEvent(instanceId, eventName, payload);
    }

    public override void SetCustomStatus(object? customStatus)
    {
        EnsureInEpisode();
        inner.SetCustomStatus(customStatus);
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        ContinueAsNew(new ContinueAsNewOptions { NewInput = newInput, PreserveUnprocessedEvents = preserveUnprocessedEvents });

    public override void ContinueAsNew(ContinueAsNewOptions options)
    {
        EnsureInEpisode();
        inner.ContinueAsNew(options);
        HasContinuedAsNew = true;
    }

    public override Guid NewGuid()
    {
        EnsureInEpisode();
        return inner.NewGuid();
    }

    private static void EnsureInEpisode()
    {
        if (!global::DurableTask.Core.OrchestrationContext.IsOrchestratorThread)
        {
            throw new InvalidOperationException(
                "An orchestrator may use its context only on its episode's thread. Remove Task.Run, ConfigureAwait(false), CancelAsync, "
                + "and awaits of tasks that the context did not create.");
        }
    }

    private TTask Watch<TTask>(TTask task)
        where TTask : Task
    {
        _open.RemoveAll(other => other.IsCompleted);
        if (!task.IsCompleted)
            _open.Add(task);
        return task;
    }
}
