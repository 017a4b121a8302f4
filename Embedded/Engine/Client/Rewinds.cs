using AccountClosure.Embedded.Engine.Episodes;
using AccountClosure.Embedded.Engine.Storage;
using DurableTask.Core.History;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Engine.Client;

/// <summary>
/// Rewinds failed instances as DurableTask.Core does. It removes the end, the failed activities and the failures of sub-orchestrations from
/// the history, and rewinds these sub-orchestrations. The orchestrator then schedules the activities again. Its replay fails if it made a
/// decision after such a failure, for example the timer of a retry.
/// </summary>
internal static class Rewinds
{
    /// <returns>Whether the instance exists.</returns>
    /// <exception cref="InvalidOperationException">
    /// The instance has not failed, or a history cannot be read. Nothing changes.
    /// </exception>
    public static bool Rewind(StoreWriter writer, string instanceId, string? reason, DateTime now)
    {
        if (writer.Reader.Instance(instanceId, payloads: false) is not { } row)
            return false;
        if (row.Status != OrchestrationRuntimeStatus.Failed)
        {
            throw new InvalidOperationException(
                $"The orchestration with the instance id '{instanceId}' is {row.Status}. "
                + "Only an orchestration that is Failed can be rewound.");
        }

        List<Plan> plans = [];
        try
        {
            AddPlans(writer.Reader, row, plans);
        }
        catch (InvalidDataException defect)
        {
            throw new InvalidOperationException(
                $"A history of the orchestration with the instance id '{instanceId}' cannot be read.", defect);
        }

        foreach (var plan in plans)
            Apply(writer, plan, reason, now);
        return true;
    }

    private static void AddPlans(StoreReader reader, InstanceRow row, List<Plan> plans)
    {
        var episodes = reader.History(row.Key);
        List<HistoryEvent> history = [.. episodes.SelectMany(episode => episode)];
        var open = new OpenTasks();
        foreach (var happened in history.Where(happened => !IsFailure(happened)))
            open.Add(happened);
        var plan = new Plan(row, episodes, open.Timers, []);
        plans.Add(plan);

        HashSet<int> repeated = [.. history.OfType<TaskFailedEvent>().Select(failed => failed.TaskScheduledId)];
        HashSet<int> stillFailed = [];
        foreach (var created in open.SubOrchestrations)
        {
            var child = reader.Instance(created.InstanceId, payloads: true);
            var isOwn = child?.Parent is { } parent
                && (parent.Key, parent.Execution, parent.TaskId) == (row.Key, row.Execution, created.EventId);
            if (!isOwn)
                repeated.Add(created.EventId);
            else if (child!.Status == OrchestrationRuntimeStatus.Failed)
                AddPlans(reader, child, plans);
            else if (child.Status == OrchestrationRuntimeStatus.Terminated)
                stillFailed.Add(created.EventId);
            else if (child.Status == OrchestrationRuntimeStatus.Completed)
                plan.Answers.Add(new SubOrchestrationInstanceCompletedEvent(-1, created.EventId, child.Output));
        }

        foreach (var episode in episodes)
        {
            episode.RemoveAll(happened => happened is ExecutionCompletedEvent
                || (IsFailure(happened) && !stillFailed.Contains(OpenTasks.CompletedId(happened)!.Value))
                || (happened is TaskScheduledEvent or SubOrchestrationInstanceCreatedEvent && repeated.Contains(happened.EventId)));
        }

        var count = history.Count(happened => happened is ExecutionRewoundEvent) + 1;
        foreach (var started in history.OfType<ExecutionStartedEvent>())
            started.OrchestrationInstance.ExecutionId = $"{started.OrchestrationInstance.ExecutionId.Split('.')[0]}.{count}";
    }

    private static void Apply(StoreWriter writer, Plan plan, string? reason, DateTime now)
    {
        var row = plan.Row;
        writer.DeleteHistory(row.Key);
        for (var episode = 0; episode < plan.Episodes.Count; episode++)
            writer.AddHistory(row.Key, episode, HistoryJson.WriteBytes(plan.Episodes[episode]));
        writer.UpdateEnd(row.Key, output: null, failure: null);
        writer.UpdateInstance(row.Key, OrchestrationRuntimeStatus.Running, now.Ticks, wake: false);
        writer.Effects.Statuses.Add((row.Id, OrchestrationRuntimeStatus.Running));
        foreach (var timer in plan.Timers)
            writer.AddTimer(new TimerRow(timer.FireAt.Ticks, row.Key, timer.EventId));
        foreach (var message in plan.Answers.Prepend(new ExecutionRewoundEvent(-1, reason)))
        {
            message.Timestamp = now;
            writer.Deliver(row.Key, row.Execution, message);
        }
    }

    private static bool IsFailure(HistoryEvent happened) => happened is TaskFailedEvent or SubOrchestrationInstanceFailedEvent;

    /// <summary>The changes that rewind one instance.</summary>
    /// <param name="Row">The instance.</param>
    /// <param name="Episodes">Its new history.</param>
    /// <param name="Timers">Timers that were open at the failure. The rewind sets them again.</param>
    /// <param name="Answers">Completions of sub-orchestrations that came after the failure and were never delivered.</param>
    private sealed record Plan(
        InstanceRow Row, List<List<HistoryEvent>> Episodes, IEnumerable<TimerCreatedEvent> Timers, List<HistoryEvent> Answers);
}
