using System.Text.Json;
using DurableTask.Core;
using DurableTask.Core.History;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AccountClosure.Embedded.Engine.Episodes;

/// <summary>What came of replaying a history.</summary>
/// <param name="Problem">Null when today's code repeats the history; otherwise where it does not.</param>
public sealed record ReplayReport(string? Problem)
{
    public bool Succeeded => Problem is null;
}

/// <summary>
/// Runs today's code over a history that was recorded earlier, to find out whether instances in flight survive a change. Nothing
/// is executed but the orchestrator: results come from the history. It is stricter than the executor, which takes a decision that the
/// history lacks for a new one.
/// </summary>
public static class HistoryReplayer
{
    /// <param name="catalog">Must have the orchestrator; activities are not needed.</param>
    /// <param name="history">A whole history, from the first event of an execution, at any point between two episodes.</param>
    /// <param name="converter">The one that made the history's payloads.</param>
    /// <param name="loggers">For the orchestrator's own loggers.</param>
    public static ReplayReport Replay(
        FunctionCatalog catalog, IReadOnlyList<HistoryEvent> history, DataConverter converter, ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(history);
        if (history.OfType<ExecutionStartedEvent>().FirstOrDefault() is not { } started)
            return new ReplayReport("The history does not say what was started.");
        if (!catalog.HasOrchestrator(started.Name))
            return new ReplayReport($"There is no orchestrator named '{started.Name}'.");

        OrchestratorCode code = new(catalog, converter, loggers ?? NullLoggerFactory.Instance, defaultVersion: null);
        try
        {
            string? difference = InEpisodes(code, history) ?? AtOnce(code, history);
            return new ReplayReport(difference is null ? null : $"The orchestrator '{started.Name}' is not deterministic: {difference}");
        }
        // What the orchestrator cannot read, the executor throws.
        catch (Exception broken) when (broken is InvalidOperationException or InvalidCastException or NullReferenceException or JsonException)
        {
            return new ReplayReport($"The orchestrator '{started.Name}' cannot replay its history: {broken.Message}");
        }
    }

    /// <summary>As a session that was kept in memory from the first episode on.</summary>
    private static string? InEpisodes(OrchestratorCode code, IReadOnlyList<HistoryEvent> history)
    {
        OrchestrationSession session = new(code, []);
        List<HistoryEvent> past = [];
        foreach (List<HistoryEvent> episode in Episodes(history))
        {
            if (!session.CanGoOn)
                session = new OrchestrationSession(code, past);
            if (episode.Exists(happened => happened is ExecutionTerminatedEvent))
                return null;
            List<HistoryEvent> recorded = [.. episode.Where(Decisions.IsDecision)];
            if (Difference(recorded, session.Advance(episode.Where(IsArrival))) is { } difference)
                return difference;
            session.Record(recorded);
            past.AddRange(episode);
        }

        return null;
    }

    /// <summary>As after a restart: everything is past.</summary>
    private static string? AtOnce(OrchestratorCode code, IReadOnlyList<HistoryEvent> history)
    {
        if (history.Any(happened => happened is ExecutionTerminatedEvent))
            return null;
        OrchestratorExecutionResult result = new OrchestrationSession(code, history).Advance([]);
        return Difference([.. history.Where(happened => happened is ExecutionCompletedEvent)], result);
    }

    private static string? Difference(List<HistoryEvent> recorded, OrchestratorExecutionResult result)
    {
        List<HistoryEvent> decided = [.. result.Actions.Select(action => Decisions.ToEvent(action, now: default))];
        for (int index = 0; index < Math.Max(recorded.Count, decided.Count); index++)
        {
            HistoryEvent? one = recorded.ElementAtOrDefault(index);
            HistoryEvent? other = decided.ElementAtOrDefault(index);
            if (one is null)
                return $"its history has no further decision in that episode, but the code now makes {Decisions.Describe(other!)}.";
            if (other is null || !IsSame(one, other))
            {
                return $"its history has {Decisions.Describe(one)}, but the code now makes "
                    + (other is null ? "no such decision." : $"{Decisions.Describe(other)}.");
            }
        }

        return null;
    }

    // Inputs and times may differ: they come from the history or from constants, and a changed constant does no harm.
    private static bool IsSame(HistoryEvent recorded, HistoryEvent decided) => (recorded, decided) switch
    {
        (ExecutionCompletedEvent one, ExecutionCompletedEvent other) => one.OrchestrationStatus == other.OrchestrationStatus,
        _ when recorded.EventId != decided.EventId => false,
        (TaskScheduledEvent one, TaskScheduledEvent other) => IsSame(one.Name, other.Name),
        (TimerCreatedEvent, TimerCreatedEvent) => true,
        (SubOrchestrationInstanceCreatedEvent one, SubOrchestrationInstanceCreatedEvent other) =>
            IsSame(one.Name, other.Name) && string.Equals(one.InstanceId, other.InstanceId, StringComparison.Ordinal),
        (EventSentEvent one, EventSentEvent other) =>
            IsSame(one.Name, other.Name) && string.Equals(one.InstanceId, other.InstanceId, StringComparison.Ordinal),
        _ => false,
    };

    private static bool IsSame(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static bool IsArrival(HistoryEvent happened) => !Decisions.IsDecision(happened) && happened is not OrchestratorCompletedEvent;

    private static IEnumerable<List<HistoryEvent>> Episodes(IEnumerable<HistoryEvent> history)
    {
        List<HistoryEvent> episode = [];
        foreach (HistoryEvent happened in history)
        {
            if (happened is OrchestratorStartedEvent && episode.Count > 0)
            {
                yield return episode;
                episode = [];
            }

            episode.Add(happened);
        }

        yield return episode;
    }
}
