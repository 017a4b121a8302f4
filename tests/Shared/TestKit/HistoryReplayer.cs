using System.Text.Json;
using AccountClosure.Embedded.Engine;
using AccountClosure.Embedded.Engine.Episodes;
using DurableTask.Core;
using DurableTask.Core.History;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AccountClosure.TestKit;

/// <summary>The result of replaying a history.</summary>
/// <param name="Problem">The first difference; null if the current code repeats the history.</param>
public sealed record ReplayReport(string? Problem)
{
    public bool Succeeded => Problem is null;
}

/// <summary>
/// Replays a recorded history with the current orchestrators, to check that instances in flight survive a change. It runs no activities:
/// results come from the history. It is stricter than the executor, which treats an action that the history lacks as new.
/// </summary>
public static class HistoryReplayer
{
    /// <param name="catalog">Must have the orchestrator; activities are not needed.</param>
    /// <param name="history">The history of one execution, from its first event to the end of any episode.</param>
    /// <param name="converter">The converter that wrote the history's payloads.</param>
    /// <param name="loggers">For the orchestrator's own loggers.</param>
    public static ReplayReport Replay(
        FunctionCatalog catalog, IReadOnlyList<HistoryEvent> history, DataConverter converter, ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(history);
        if (history.OfType<ExecutionStartedEvent>().FirstOrDefault() is not { } started)
            return new ReplayReport("The history has no ExecutionStarted event.");
        if (!catalog.HasOrchestrator(started.Name))
            return new ReplayReport($"There is no orchestrator named '{started.Name}'.");

        OrchestratorCode code = new(catalog, converter, loggers ?? NullLoggerFactory.Instance, defaultVersion: null);
        try
        {
            // A rewind removes decisions from their episodes, and the orchestrator makes them again in a later one.
            bool isRewound = history.Any(happened => happened is ExecutionRewoundEvent);
            string? difference = (isRewound ? null : InEpisodes(code, history)) ?? AtOnce(code, history);
            return new ReplayReport(difference is null ? null : $"The orchestrator '{started.Name}' is not deterministic: {difference}");
        }
        // The executor passes on what an orchestrator throws when it cannot read its history.
        catch (Exception broken) when (
            broken is InvalidOperationException or InvalidCastException or NullReferenceException or JsonException)
        {
            return new ReplayReport($"The orchestrator '{started.Name}' cannot replay its history: {broken.Message}");
        }
    }

    /// <summary>Advances one session episode by episode, as when the orchestrator stays in memory.</summary>
    private static string? InEpisodes(OrchestratorCode code, IReadOnlyList<HistoryEvent> history)
    {
        OrchestrationSession session = new(code, []);
        List<HistoryEvent> past = [];
        foreach (List<HistoryEvent> episode in Episodes(history))
        {
            if (!session.CanContinueInMemory)
                session = new OrchestrationSession(code, past);
            if (episode.Exists(happened => happened is ExecutionTerminatedEvent))
                return null;
            List<HistoryEvent> recorded = [.. episode.Where(OrchestratorActions.IsAction)];
            if (Difference(recorded, session.Advance(episode.Where(IsArrival))) is { } difference)
                return difference;
            session.Record(recorded);
            past.AddRange(episode);
        }

        return null;
    }

    /// <summary>Replays the whole history at once, as after a restart.</summary>
    private static string? AtOnce(OrchestratorCode code, IReadOnlyList<HistoryEvent> history)
    {
        if (history.Any(happened => happened is ExecutionTerminatedEvent))
            return null;
        OrchestratorExecutionResult result = new OrchestrationSession(code, history).Advance([]);
        return Difference([.. history.Where(happened => happened is ExecutionCompletedEvent)], result);
    }

    private static string? Difference(List<HistoryEvent> recorded, OrchestratorExecutionResult result)
    {
        List<HistoryEvent> decided = [.. result.Actions.Select(action => OrchestratorActions.ToEvent(action, now: default))];
        for (int index = 0; index < Math.Max(recorded.Count, decided.Count); index++)
        {
            HistoryEvent? one = recorded.ElementAtOrDefault(index);
            HistoryEvent? other = decided.ElementAtOrDefault(index);
            if (one is null)
                return "its history has no further decision in that episode, "
                    + $"but the code now makes {OrchestratorActions.Describe(other!)}.";
            if (other is null || !IsSame(one, other))
            {
                return $"its history has {OrchestratorActions.Describe(one)}, but the code now makes "
                    + (other is null ? "no such decision." : $"{OrchestratorActions.Describe(other)}.");
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

    private static bool IsArrival(HistoryEvent happened) =>
        !OrchestratorActions.IsAction(happened) && happened is not OrchestratorCompletedEvent;

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
