using AccountClosure.Embedded.Engine.Storage;
using DurableTask.Core;
using DurableTask.Core.History;

namespace AccountClosure.Embedded.Engine.Episodes;

/// <summary>State of an instance in memory, for its next episode.</summary>
internal sealed class InstanceState
{
    private readonly List<HistoryEvent> _past;

    /// <param name="row">The instance.</param>
    /// <param name="episodes">The history of this execution, episode by episode.</param>
    public InstanceState(InstanceRow row, List<List<HistoryEvent>> episodes)
    {
        Row = row;
        LastEpisode = new DateTime(row.Updated, DateTimeKind.Utc);
        Episodes = episodes.Count;
        _past = [.. episodes.SelectMany(episode => episode)];
        foreach (var happened in _past)
            Apply(happened);
    }

    public InstanceRow Row { get; }

    /// <summary>Number of durable episodes of this execution.</summary>
    public int Episodes { get; private set; }

    /// <summary>Time of the instance's latest episode (UTC); for a new instance, the time of its creation.</summary>
    public DateTime LastEpisode { get; private set; }

    public bool IsSuspended { get; private set; }

    public OpenTasks Open { get; } = new();

    /// <summary>Session of the orchestrator; null before the first episode in this process.</summary>
    public OrchestrationSession? Session { get; private set; }

    /// <summary>Whether the instance has not run yet.</summary>
    public bool HasNotStarted => Episodes == 0 && Row.Execution == 0;

    /// <summary>Creates the session if there is none.</summary>
    /// <returns>Events that start the first episode; empty for a later episode.</returns>
    /// <exception cref="InvalidDataException">The history has no ExecutionStarted event.</exception>
    public List<HistoryEvent> Begin(OrchestratorCode code, DateTime now)
    {
        if (Episodes > 0 && !_past.Exists(happened => happened is ExecutionStartedEvent) && Session is null)
            throw new InvalidDataException("The history has no ExecutionStarted event.");
        Session ??= new OrchestrationSession(code, _past);
        if (Episodes > 0)
            return [];
        List<HistoryEvent> beginning = [Start(now)];
        if (Row.Carried is { } carried)
            beginning.AddRange(HistoryJson.ReadBytes(carried));
        return beginning;
    }

    /// <summary>Applies the next event of the history.</summary>
    public void Apply(HistoryEvent happened)
    {
        Open.Add(happened);
        switch (happened)
        {
            case OrchestratorStartedEvent:
                LastEpisode = happened.Timestamp;
                break;
            case ExecutionSuspendedEvent:
                IsSuspended = true;
                break;
            case ExecutionResumedEvent:
                IsSuspended = false;
                break;
        }
    }

    /// <summary>Applies the changes of an episode that is durable.</summary>
    public void Commit(EpisodeOutcome outcome)
    {
        if (outcome.Events.Count == 0)
            return;
        Episodes++;
        Row.Status = outcome.Status;
        Row.Carried = null;
        Row.CustomStatus = CustomStatus(outcome);
    }

    /// <summary>Creates the state of the next execution.</summary>
    public InstanceState Continue(EpisodeOutcome outcome)
    {
        var next = outcome.Next!;
        return new InstanceState(
            new InstanceRow
            {
                Key = Row.Key,
                Id = Row.Id,
                Name = Row.Name,
                Version = next.Version,
                Status = outcome.Status,
                Execution = Row.Execution + 1,
                Created = Row.Created,
                Updated = outcome.Now.Ticks,
                StartAt = Row.StartAt,
                Parent = Row.Parent,
                Tags = Row.Tags,
                Input = next.Input,
                CustomStatus = CustomStatus(outcome),
                Carried = next.Carried.Count == 0 ? null : HistoryJson.WriteBytes(next.Carried),
            },
            []);
    }

    private string? CustomStatus(EpisodeOutcome outcome) => outcome.ChangesCustomStatus ? outcome.CustomStatus : Row.CustomStatus;

    private ExecutionStartedEvent Start(DateTime now) => new(-1, Row.Input)
    {
        Timestamp = now,
        Name = Row.Name,
        Version = Row.Version ?? string.Empty,
        OrchestrationInstance = new OrchestrationInstance
        {
            InstanceId = Row.Id,
            ExecutionId = $"{Row.Created:x}-{Row.Key:x}-{Row.Execution}",
        },
        ParentInstance = Row.Parent is { } parent
            ? new ParentInstance
            {
                Name = parent.Name,
                OrchestrationInstance = new OrchestrationInstance { InstanceId = parent.Id },
                TaskScheduleId = parent.TaskId,
            }
            : null,
        Tags = HistoryJson.ReadTags(Row.Tags),
    };
}
