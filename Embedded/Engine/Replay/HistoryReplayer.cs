using AccountClosure.Embedded.Engine.Replay;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AccountClosure.Embedded.Engine;

/// <summary>What came of replaying a history.</summary>
/// <param name="Problem">Null when today's code repeats the history; otherwise where it does not.</param>
public sealed record ReplayReport(string? Problem)
{
    public bool Succeeded => Problem is null;
}

/// <summary>
/// Runs today's code over a history that was recorded earlier, to find out whether instances in flight survive a change. Nothing
/// is executed but the orchestrator: results come from the history.
/// </summary>
public static class HistoryReplayer
{
    /// <param name="catalog">Must have the orchestrator; activities are not needed.</param>
    /// <param name="history">A whole history, from the first event of a generation, at any point between two turns.</param>
    /// <param name="converter">The one that made the history's payloads.</param>
    /// <param name="loggers">For the orchestrator's own loggers.</param>
    public static ReplayReport Replay(
        FunctionCatalog catalog, IReadOnlyList<HistoryEvent> history, DataConverter converter, ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(history);
        if (history.OfType<ExecutionStarted>().FirstOrDefault() is not { } started)
            return new ReplayReport("The history does not say what was started.");
        if (!catalog.TryGetOrchestrator(started.Name, out Func<TaskOrchestrationContext, Task<object?>>? code))
            return new ReplayReport($"There is no orchestrator named '{started.Name}'.");

        OrchestrationRun run = new(
            code, started, new ExecutionEnvironment(converter, loggers ?? NullLoggerFactory.Instance, DefaultVersion: null));
        try
        {
            run.Replay([[.. history]]);
            return new ReplayReport(Problem: null);
        }
        catch (NonDeterminismException exception)
        {
            return new ReplayReport(exception.Message);
        }
    }
}
