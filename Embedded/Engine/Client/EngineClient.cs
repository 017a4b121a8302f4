using AccountClosure.Embedded.Engine.Scheduling;
using AccountClosure.Embedded.Engine.Storage;
using DurableTask.Core.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Engine.Client;

/// <summary>Client of the engine. A call that changes something returns after the change is durable.</summary>
internal sealed class EngineClient(
    EngineOptions options,
    Database database,
    CommitQueue commits,
    StatusWaiters waiters,
    DataConverter converter,
    TimeProvider clock,
    string idSeed) : DurableTaskClient("embedded")
{
    private readonly TaskCreationOptions _continuations =
        options.Inline ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously;

    private readonly InstanceQueries _queries = new(database, converter);

    public override Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(orchestratorName.Name);
        var instance = new NewInstance(
            options?.InstanceId ?? string.Empty,
            orchestratorName.Name,
            options?.Version is { } version ? version.Version : DefaultVersion,
            converter.Serialize(input),
            options?.StartAt?.UtcTicks,
            HistoryJson.WriteTags(options?.Tags),
            Parent: null);
        return Change(writer => Start(writer, instance, options?.DedupeStatuses), cancellation);
    }

    public override Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        return DeliverAsync(instanceId, new EventRaisedEvent(-1, converter.Serialize(eventPayload)) { Name = eventName }, cancellation);
    }

    public override Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        var output = converter.Serialize(options?.Output);
        var stop = options is { Recursive: true } ? new RecursiveTermination(-1, output) : new ExecutionTerminatedEvent(-1, output);
        return DeliverAsync(instanceId, stop, cancellation);
    }

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        DeliverAsync(instanceId, new ExecutionSuspendedEvent(-1, reason), cancellation);

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        DeliverAsync(instanceId, new ExecutionResumedEvent(-1, reason), cancellation);

    public override async Task RewindInstanceAsync(string instanceId, string reason, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        if (!await Change(writer => Rewinds.Rewind(writer, instanceId, reason, clock.GetUtcNow().UtcDateTime), cancellation))
            throw new ArgumentException($"There is no orchestration with the instance id '{instanceId}'.", nameof(instanceId));
    }

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, getInputsAndOutputs, seen => seen.RuntimeStatus != OrchestrationRuntimeStatus.Pending, cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, getInputsAndOutputs, seen => InstanceRow.IsEnded(seen.RuntimeStatus), cancellation);

    public override Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        Task.FromResult(_queries.Get(instanceId, getInputsAndOutputs));

    /// <summary>Reads the history of the instance's latest execution; empty for an unknown instance.</summary>
    public override Task<IList<HistoryEvent>> GetOrchestrationHistoryAsync(string instanceId, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult<IList<HistoryEvent>>(database.Read(reader => reader.Instance(instanceId, payloads: false) is { } row
            ? reader.History(row.Key).SelectMany(episode => episode).ToList()
            : []));
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) => _queries.List(filter);

    public override Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default) => Change(
        writer => new PurgeResult(
            writer.Find(instanceId) is { } found
                ? Purges.Purge(writer, found.Key, instanceId, found.Status, options?.Recursive ?? false)
                : 0,
            isComplete: true),
        cancellation);

    public override async Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var matching = InstanceFilter.From(filter.CreatedFrom, filter.CreatedTo, filter.Statuses, idPrefix: null);
        var begun = clock.GetTimestamp();
        var count = 0;
        long last = 0;
        while (true)
        {
            if (clock.GetElapsedTime(begun) > filter.Timeout)
                return new PurgeResult(count, isComplete: false);
            var page = database.Read(reader => reader.Instances(matching, last, Purges.PageSize, payloads: false));
            if (page.Count == 0)
                return new PurgeResult(count, isComplete: true);
            last = page[^1].Key;
            count += await Change(writer => Purges.Purge(writer, page, options?.Recursive ?? false), cancellation);
        }
    }

    public override Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        if (database.Read(reader => reader.Instance(instanceId, payloads: true)) is not { } row)
            throw new ArgumentException($"There is no orchestration with the instance id '{instanceId}'.", nameof(instanceId));
        var again = new NewInstance(
            restartWithNewInstanceId ? string.Empty : row.Id, row.Name, row.Version, row.Input, StartAt: null, row.Tags, Parent: null);
        return Change(writer => Start(writer, again, dedupeStatuses: null), cancellation);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string? DefaultVersion => options.DefaultVersion;

    private string Start(StoreWriter writer, NewInstance instance, IReadOnlyList<string>? dedupeStatuses)
    {
        if (instance.Id.Length == 0)
            instance = instance with { Id = DeterministicGuids.From($"{idSeed}|{writer.NextInstanceKey}").ToString("N") };
        if (writer.Find(instance.Id) is { } existing)
        {
            var isKept = !InstanceRow.IsEnded(existing.Status)
                || (dedupeStatuses?.Contains(existing.Status.ToString(), StringComparer.OrdinalIgnoreCase) ?? false);
            if (isKept)
            {
                throw new InvalidOperationException(
                    $"An orchestration with the instance id '{instance.Id}' exists already and is {existing.Status}.");
            }

            writer.DeleteInstance(existing.Key, instance.Id);
        }

        writer.CreateInstance(instance, clock.GetUtcNow().UtcTicks);
        return instance.Id;
    }

    private Task DeliverAsync(string instanceId, HistoryEvent happened, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        happened.Timestamp = clock.GetUtcNow().UtcDateTime;
        return Change(
            writer =>
            {
                writer.Deliver(instanceId, happened);
                return true;
            },
            cancellation);
    }

    private Task<T> Change<T>(Func<StoreWriter, T> apply, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellation);
        var commit = new AwaitedCommit<T>(apply, _continuations);
        commits.Enqueue(commit);
        return commit.Completion;
    }

    private Task<OrchestrationMetadata> WaitAsync(
        string instanceId,
        bool payloads,
        Func<OrchestrationMetadata, bool> isReached,
        CancellationToken cancellation) => waiters.UntilAsync(
        instanceId,
        () =>
        {
            var found = _queries.Get(instanceId, payloads)
                ?? throw new InvalidOperationException($"There is no orchestration with the instance id '{instanceId}'.");
            return isReached(found) ? found : null;
        },
        cancellation);
}
