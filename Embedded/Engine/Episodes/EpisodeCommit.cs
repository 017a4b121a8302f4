using AccountClosure.Embedded.Engine.Scheduling;
using AccountClosure.Embedded.Engine.Storage;
using DurableTask.Core;
using DurableTask.Core.History;

namespace AccountClosure.Embedded.Engine.Episodes;

/// <summary>Makes an episode durable: its history and the messages that it sends, in one transaction.</summary>
internal sealed class EpisodeCommit(Dispatcher dispatcher, InstanceSlot slot, InstanceRow row, int episode, EpisodeOutcome outcome) : Commit
{
    // Serialized on the episode's thread, because all instances share the thread that writes.
    private readonly byte[]? _events =
        outcome.Events.Count == 0 || outcome.Next is not null ? null : HistoryJson.WriteBytes(outcome.Events);

    private readonly byte[]? _carried = outcome.Next is { Carried: { Count: > 0 } carried } ? HistoryJson.WriteBytes(carried) : null;

    public override void Apply(StoreWriter writer)
    {
        var now = outcome.Now.Ticks;
        foreach (var message in outcome.Taken)
        {
            if (message.Key != 0)
                writer.DeleteMessage(message.Key);
        }

        if (outcome.Events.Count == 0 && outcome.End is null)
            return;
        if (_events is not null)
            writer.AddHistory(row.Key, episode, _events);
        if (episode == 0 && row.Carried is not null)
            writer.ForgetCarried(row.Key);
        ApplyTimers(writer);
        if (outcome.ChangesCustomStatus)
            writer.UpdateCustomStatus(row.Key, outcome.CustomStatus);
        // These come before the end, which empties the inbox: an orchestrator may have sent an event to itself.
        foreach (var decision in outcome.Events)
            ApplyDecision(writer, decision, now);
        // As in Azure, the output of a suspended instance is the reason.
        if (outcome.Events.FindLast(happened => happened is ExecutionSuspendedEvent or ExecutionResumedEvent) is { } change)
            writer.UpdateEnd(row.Key, (change as ExecutionSuspendedEvent)?.Reason, failure: null);
        if (outcome.EndsInstance)
            ApplyEnd(writer);
        else if (outcome.Next is { } next)
        {
            writer.BeginExecution(row.Key, row.Execution + 1, next.Version, next.Input, _carried);
            writer.Effects.Woken.Add(row.Key);
        }

        writer.UpdateInstance(row.Key, outcome.Status, now, wake: outcome.Next is not null || outcome.OpenActivities.Count > 0);
        if (outcome.Status != row.Status)
            writer.Effects.Statuses.Add((row.Id, outcome.Status));
    }

    public override void Succeeded() => dispatcher.EpisodeEnded(slot, outcome);

    public override void Failed(Exception exception) => dispatcher.Refused(exception);

    private void ApplyTimers(StoreWriter writer)
    {
        if (outcome.RemovesAllTimers)
            writer.DeleteTimersOf(row.Key);
        foreach (var timer in outcome.TimersRemoved)
            writer.DeleteTimer(timer);
        foreach (var timer in outcome.TimersAdded)
            writer.AddTimer(timer);
    }

    private void ApplyDecision(StoreWriter writer, HistoryEvent decision, long now)
    {
        switch (decision)
        {
            case EventSentEvent sent:
                writer.Deliver(sent.InstanceId, new EventRaisedEvent(-1, sent.Input) { Name = sent.Name, Timestamp = outcome.Now });
                break;
            case SubOrchestrationInstanceCreatedEvent created:
                Create(writer, created, now);
                break;
        }
    }

    private void Create(StoreWriter writer, SubOrchestrationInstanceCreatedEvent created, long now)
    {
        if (writer.Find(created.InstanceId) is { } existing)
        {
            if (!InstanceRow.IsEnded(existing.Status))
            {
                Answer(writer, row.Key, row.Execution, created.EventId, new FailureDetails(
                    typeof(InvalidOperationException).FullName!,
                    $"An orchestration with the instance id '{created.InstanceId}' exists and is {existing.Status}.",
                    stackTrace: null,
                    innerFailure: null,
                    isNonRetriable: false));
                return;
            }

            writer.DeleteInstance(existing.Key, created.InstanceId);
        }

        var parent = new ParentTask(row.Key, row.Execution, created.EventId, row.Id, row.Name);
        var tags = HistoryJson.WriteTags(created.Tags?.AsReadOnly());
        var version = string.IsNullOrEmpty(created.Version) ? null : created.Version;
        writer.CreateInstance(new NewInstance(created.InstanceId, created.Name, version, created.Input, StartAt: null, tags, parent), now);
    }

    private void ApplyEnd(StoreWriter writer)
    {
        var end = outcome.End!;
        writer.UpdateEnd(row.Key, end.FailureDetails is null ? end.Result : null, HistoryJson.WriteFailure(end.FailureDetails));
        writer.DeleteInbox(row.Key);
        // If an id was taken, the call has failed, but its failure has not arrived yet. The instance with that id is not a child.
        foreach ((_, var id, _) in writer.Children(row.Key).Where(child => outcome.SubOrchestrationsToTerminate.Contains(child.Id)))
            writer.Deliver(id, new RecursiveTermination(-1, end.Result) { Timestamp = outcome.Now });
        if (row.Parent is not { } parent || !writer.IsUnderWay(parent.Key))
            return;
        if (end.OrchestrationStatus == OrchestrationStatus.Completed)
        {
            writer.Deliver(
                parent.Key,
                parent.Execution,
                new SubOrchestrationInstanceCompletedEvent(-1, parent.TaskId, end.Result) { Timestamp = outcome.Now });
        }
        else
        {
            Answer(writer, parent.Key, parent.Execution, parent.TaskId, end.FailureDetails ?? Terminated(end));
        }
    }

    private void Answer(StoreWriter writer, long parent, int execution, int taskId, FailureDetails failure) => writer.Deliver(
        parent,
        execution,
        new SubOrchestrationInstanceFailedEvent(-1, taskId, failure.ErrorMessage, null, failure) { Timestamp = outcome.Now });

    private FailureDetails Terminated(ExecutionCompletedEvent end) => new(
        "Terminated",
        $"The orchestration '{row.Name}' with the instance id '{row.Id}' was terminated. {end.Result}".TrimEnd(),
        stackTrace: null,
        innerFailure: null,
        isNonRetriable: false);
}
