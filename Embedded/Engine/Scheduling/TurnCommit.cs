using AccountClosure.Embedded.Engine.Storage;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Engine.Scheduling;

/// <summary>Makes a turn durable: its history and all messages that come of it, in one transaction.</summary>
internal sealed class TurnCommit(Dispatcher dispatcher, InstanceSlot slot, InstanceRow row, int turn, TurnOutcome outcome) : Commit
{
    // Serialized here, on the turn's thread, because all instances share the thread that writes.
    private readonly byte[]? _events =
        outcome.Events.Count == 0 || outcome.Next is not null ? null : HistoryJson.WriteBytes(outcome.Events);

    private readonly byte[]? _carried = outcome.Carried.Count == 0 ? null : HistoryJson.WriteBytes(outcome.Carried);

    public override void Apply(StoreWriter writer)
    {
        long now = outcome.Now.Ticks;
        foreach (Message message in outcome.Taken)
        {
            if (message.Key != 0)
                writer.DeleteMessage(message.Key);
        }

        if (outcome.Events.Count == 0 && outcome.End is null)
            return;
        if (_events is not null)
            writer.AddHistory(row.Key, turn, _events);
        if (turn == 0 && row.Carried is not null)
            writer.ForgetCarried(row.Key);
        ApplyTimers(writer);
        if (outcome.CustomStatus.IsSet)
            writer.UpdateCustomStatus(row.Key, outcome.CustomStatus.Value);
        foreach (HistoryEvent decision in outcome.Events)
            ApplyDecision(writer, decision, now);
        if (outcome.EndsInstance)
            ApplyEnd(writer);
        else if (outcome.Next is { } next)
        {
            writer.BeginGeneration(row.Key, row.Generation + 1, next.Version, next.Input, _carried);
            writer.Effects.Woken.Add(row.Key);
        }

        writer.UpdateInstance(row.Key, outcome.Status, now, wake: outcome.Next is not null || outcome.OpenActivities.Count > 0);
        if (outcome.Status != row.Status)
            writer.Effects.Statuses.Add((row.Id, outcome.Status));
    }

    public override void Succeeded() => dispatcher.TurnEnded(slot, outcome);

    public override void Failed(Exception exception) => dispatcher.Refused(exception);

    private void ApplyTimers(StoreWriter writer)
    {
        if (outcome.RemovesAllTimers)
            writer.DeleteTimersOf(row.Key);
        foreach (TimerRow timer in outcome.TimersRemoved)
            writer.DeleteTimer(timer);
        foreach (TimerRow timer in outcome.TimersAdded)
            writer.AddTimer(timer);
    }

    private void ApplyDecision(StoreWriter writer, HistoryEvent decision, long now)
    {
        switch (decision)
        {
            case EventSent sent:
                writer.Deliver(sent.InstanceId, new EventRaised(sent.Name, sent.Input));
                break;
            case SubOrchestrationCreated created:
                Create(writer, created, now);
                break;
        }
    }

    private void Create(StoreWriter writer, SubOrchestrationCreated created, long now)
    {
        if (writer.Find(created.InstanceId) is { } existing)
        {
            if (!InstanceRow.IsEnded(existing.Status))
            {
                Failure conflict = new(
                    typeof(InvalidOperationException).FullName!,
                    $"An orchestration with the instance id '{created.InstanceId}' exists and is {existing.Status}.");
                writer.Deliver(row.Key, row.Generation, new SubOrchestrationFailed(created.Id, conflict));
                return;
            }

            writer.DeleteInstance(existing.Key, created.InstanceId);
        }

        ParentTask parent = new(row.Key, row.Generation, created.Id, row.Id, row.Name);
        string? tags = HistoryJson.Write(created.Tags);
        writer.CreateInstance(
            new NewInstance(created.InstanceId, created.Name, created.Version, created.Input, StartAt: null, tags, parent), now);
    }

    private void ApplyEnd(StoreWriter writer)
    {
        ExecutionCompleted end = outcome.End!;
        writer.UpdateEnd(row.Key, end.Result, HistoryJson.Write(end.Failure));
        writer.DeleteInbox(row.Key);
        foreach (SubOrchestrationCreated child in outcome.TerminatedToo)
            writer.Deliver(child.InstanceId, new ExecutionTerminated(end.Result, Recursive: true));
        if (row.Parent is not { } parent || !writer.IsUnderWay(parent.Key))
            return;

        HistoryEvent answer = end.Status == OrchestrationRuntimeStatus.Completed
            ? new SubOrchestrationCompleted(parent.TaskId, end.Result)
            : new SubOrchestrationFailed(parent.TaskId, end.Failure ?? Terminated(end));
        writer.Deliver(parent.Key, parent.Generation, answer);
    }

    private Failure Terminated(ExecutionCompleted end) => new(
        "Terminated", $"The orchestration '{row.Name}' with the instance id '{row.Id}' was terminated. {end.Result}".TrimEnd());
}
