using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Embedded.Engine.Replay;

/// <summary>What an orchestrator sees of its run.</summary>
internal sealed class RunContext(OrchestrationRun run, ExecutionEnvironment environment) : TaskOrchestrationContext
{
    private readonly DeterministicGuids _guids = new(run.Started.InstanceId, run.Started.ExecutionId);

    public override TaskName Name => new(run.Started.Name);

    public override string InstanceId => run.Started.InstanceId;

    public override string Version => run.Started.Version ?? string.Empty;

    public override ParentOrchestrationInstance? Parent { get; } = run.Started is { ParentInstanceId: { } id, ParentName: { } name }
        ? new ParentOrchestrationInstance(new TaskName(name), id)
        : null;

    public override DateTime CurrentUtcDateTime => run.Now;

    public override bool IsReplaying => run.IsReplaying;

    protected override ILoggerFactory LoggerFactory => environment.Loggers;

    public override T? GetInput<T>()
        where T : default => environment.Converter.Deserialize<T>(run.Started.Input);

    public override async Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        run.EnsureInTurn();
        RefuseOptionsAsInput(input, options);
        string? version = options?.Version?.Version ?? run.Started.Version;
        OpenTask? first = null;
        string? result = await Retries.CallAsync(this, options?.Retry, () => Decide(ref first, new TaskScheduled(
            run.Decisions.NextId, name.Name, first is null ? SerializeIfNew(input) : ((TaskScheduled)first.Decision).Input, version)));
        return environment.Converter.Deserialize<TResult>(result)!;
    }

    public override async Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        run.EnsureInTurn();
        RefuseOptionsAsInput(input, options);
        SubOrchestrationOptions? own = options as SubOrchestrationOptions;
        string instanceId = own?.InstanceId ?? NewGuid().ToString("N");
        string? version = (own?.Version ?? options?.Version)?.Version ?? environment.DefaultVersion;
        Dictionary<string, string>? tags = options?.Tags is { Count: > 0 } given ? new(given) : null;
        OpenTask? first = null;
        string? result = await Retries.CallAsync(this, options?.Retry, () => Decide(ref first, new SubOrchestrationCreated(
            run.Decisions.NextId,
            orchestratorName.Name,
            instanceId,
            first is null ? SerializeIfNew(input) : ((SubOrchestrationCreated)first.Decision).Input,
            version,
            tags)));
        return environment.Converter.Deserialize<TResult>(result)!;
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        run.EnsureInTurn();
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);
        DateTime utc = fireAt.Kind == DateTimeKind.Local ? fireAt.ToUniversalTime() : DateTime.SpecifyKind(fireAt, DateTimeKind.Utc);
        TimerCreated created = new(run.Decisions.NextId, utc);
        run.Decisions.Add(created);
        TaskCompletionSource<string?> fired = run.Tasks.Add(created).Completion;
        if (cancellationToken.CanBeCanceled)
        {
            cancellationToken.Register(() =>
            {
                run.EnsureInTurn();
                if (run.Tasks.Remove(created.Id))
                    fired.TrySetCanceled(cancellationToken);
            });
        }

        return fired.Task;
    }

    public override async Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        run.EnsureInTurn();
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        string? payload = await run.Events.WaitAsync(eventName, cancellationToken);
        return environment.Converter.Deserialize<T>(payload)!;
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        run.EnsureInTurn();
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        run.Decisions.Add(new EventSent(run.Decisions.NextId, instanceId, eventName, SerializeIfNew(payload)));
    }

    public override void SetCustomStatus(object? customStatus)
    {
        run.EnsureInTurn();
        if (!IsReplaying)
            run.CustomStatus = (true, Serialize(customStatus));
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        ContinueAsNew(new ContinueAsNewOptions { NewInput = newInput, PreserveUnprocessedEvents = preserveUnprocessedEvents });

    public override void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        run.EnsureInTurn();
        string? version = string.IsNullOrWhiteSpace(options.NewVersion) ? run.Started.Version : options.NewVersion;
        run.Next = new NextGeneration(Serialize(options.NewInput), options.PreserveUnprocessedEvents, version);
    }

    public override Guid NewGuid()
    {
        run.EnsureInTurn();
        return _guids.Next();
    }

    /// <summary>What cannot be serialized ends the instance: its history could not say what was decided.</summary>
    internal string? Serialize(object? value)
    {
        try
        {
            return environment.Converter.Serialize(value);
        }
#pragma warning disable CA1031 // A converter may throw anything.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            throw run.Defective(exception);
        }
    }

    // A common slip that the compiler accepts.
    private static void RefuseOptionsAsInput(object? input, TaskOptions? options)
    {
        if (input is TaskOptions && options is null)
            throw new ArgumentException("The options were given as the input; name the argument 'options'.", nameof(input));
    }

    // On replay the history has it already.
    private string? SerializeIfNew(object? value) => IsReplaying ? null : Serialize(value);

    /// <param name="first">The first attempt, whose input all others take: the object may have been changed since.</param>
    /// <param name="decision">This attempt.</param>
    private Task<string?> Decide(ref OpenTask? first, DecisionEvent decision)
    {
        run.Decisions.Add(decision);
        OpenTask task = run.Tasks.Add(decision);
        first ??= task;
        return task.Completion.Task;
    }
}
