using System.Text.Json;
using AccountClosure.Closure;
using AccountClosure.Embedded.Engine;
using AccountClosure.Orchestrations;
using AccountClosure.TestKit;
using AccountClosure.Tests.Architecture;
using DurableTask.Core;
using DurableTask.Core.History;
using Microsoft.DurableTask.Converters;

namespace AccountClosure.Tests.Histories;

/// <summary>The executions of a scenario's instances, stored in a file such as <c>v1/three-transfers-and-closed.json</c>.</summary>
/// <param name="Executions">The whole history of each execution, in the order in which they ended.</param>
public sealed record FrozenHistory(IReadOnlyList<IReadOnlyList<HistoryEvent>> Executions)
{
    public static string Folder { get; } = Path.Combine(SourceTree.Root, "tests", "AccountClosure.Tests", "Histories");

    /// <summary>The frozen files, as paths below <see cref="Folder"/>.</summary>
    public static IEnumerable<string> Names => NamesIn(Folder);

    public static IEnumerable<string> NamesIn(string folder) => Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal);

    /// <summary>Whether a scenario creates the file. The files in <c>real/</c> come from real closures; see docs/versioning.md.</summary>
    public static bool IsOfScenario(string name) => !name.StartsWith("real/", StringComparison.Ordinal);

    public static FrozenHistory Read(string name) => Parse(File.ReadAllText(Path.Combine(Folder, name)));

    public static FrozenHistory Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return new FrozenHistory([.. document.RootElement.EnumerateArray().Select(execution => HistoryJson.Read(execution.GetRawText()))]);
    }

    /// <summary>Keeps what a replay needs, and only the first of the executions with the same course.</summary>
    public FrozenHistory Stripped() => new(
    [
        .. Executions.DistinctBy(Course, StringComparer.Ordinal)
            .Select(execution => (IReadOnlyList<HistoryEvent>)[.. execution.Select(Strip)]),
    ]);

    public string ToJson() => $"[{string.Join(",\n", Executions.Select(HistoryJson.Write))}]\n".ReplaceLineEndings("\n");

    /// <summary>Replays each execution on the current orchestrators.</summary>
    /// <returns>The differences; empty if all executions replay.</returns>
    public IEnumerable<string> Problems(string name)
    {
        for (var index = 0; index < Executions.Count; index++)
        {
            var report = HistoryReplayer.Replay(Today, Executions[index], Converter);
            if (!report.Succeeded)
            {
                yield return $"{name}, execution {index + 1} of {Executions.Count}: {report.Problem}\n"
                    + "Closures in flight would fail in the same way. Make the change behind a version branch, or take it back: "
                    + "docs/versioning.md says how.";
            }
        }
    }

    /// <summary>The sequence of events of an execution. Two executions with the same course test the same.</summary>
    public static string Course(IReadOnlyList<HistoryEvent> execution) => string.Join(' ', execution.Select(happened => happened switch
    {
        ExecutionStartedEvent started => started.Name,
        TaskScheduledEvent scheduled => scheduled.Name,
        TaskFailedEvent failed => failed.FailureDetails?.ErrorType,
        EventRaisedEvent raised => raised.Name,
        ExecutionCompletedEvent completed => completed.OrchestrationStatus.ToString(),
        _ => happened.EventType.ToString(),
    }));

    private static JsonDataConverter Converter { get; } = new(ClosureJson.Options);

    private static FunctionCatalog Today { get; } = CreateCatalog();

    private static FunctionCatalog CreateCatalog()
    {
        var catalog = new FunctionCatalog();
        catalog.AddOrchestrator(nameof(CloseAccount), async context => await CloseAccount.Run(context, context.GetInput<ClosureState>()!));
        catalog.AddOrchestrator(
            nameof(TerminationCleanup), async context => await TerminationCleanup.Run(context, context.GetInput<ClosureState>()!));
        catalog.AddOrchestrator(nameof(SendEmail), async context =>
        {
            await SendEmail.Run(context, context.GetInput<Notification>()!);
            return null;
        });
        return catalog;
    }

    // The code creates the inputs of activities again, and a stack trace belongs to the machine that it comes from.
    private static HistoryEvent Strip(HistoryEvent happened)
    {
        HistoryEvent stripped = happened switch
        {
            TaskScheduledEvent scheduled => new TaskScheduledEvent(scheduled.EventId, scheduled.Name!, scheduled.Version),
            TaskFailedEvent failed => new TaskFailedEvent(-1, failed.TaskScheduledId, failed.Reason, null, Strip(failed.FailureDetails)),
            ContinueAsNewEvent next => new ContinueAsNewEvent(next.EventId, null),
            ExecutionCompletedEvent completed =>
                new ExecutionCompletedEvent(completed.EventId, null, completed.OrchestrationStatus, Strip(completed.FailureDetails)),
            _ => happened,
        };
        stripped.Timestamp = happened.Timestamp;
        return stripped;
    }

    private static FailureDetails? Strip(FailureDetails? failure) => failure is null ? null
        : new FailureDetails(failure.ErrorType, failure.ErrorMessage, null, Strip(failure.InnerFailure), failure.IsNonRetriable);
}
