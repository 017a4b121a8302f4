using System.Text.Json;
using AccountClosure.Closure;
using AccountClosure.Embedded.Engine;
using AccountClosure.Orchestrations;
using AccountClosure.Tests.Architecture;
using Microsoft.DurableTask.Converters;

namespace AccountClosure.Tests.Histories;

/// <summary>The generations of a scenario's instances, kept in a file: <c>v1/three-transfers-and-closed.json</c>.</summary>
/// <param name="Generations">Each a whole history, in the order in which they ended.</param>
public sealed record FrozenHistory(IReadOnlyList<IReadOnlyList<HistoryEvent>> Generations)
{
    public static string Folder { get; } = Path.Combine(SourceTree.Root, "tests", "AccountClosure.Tests", "Histories");

    /// <summary>The frozen files, as paths below <see cref="Folder"/>.</summary>
    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.json", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal);

    public static FrozenHistory Read(string name) => Parse(File.ReadAllText(Path.Combine(Folder, name)));

    public static FrozenHistory Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return new FrozenHistory([.. document.RootElement.EnumerateArray().Select(generation => HistoryJson.Read(generation.GetRawText()))]);
    }

    /// <summary>What a replay needs, and of generations with the same course only the first.</summary>
    public FrozenHistory Stripped() => new(
    [
        .. Generations.DistinctBy(Course, StringComparer.Ordinal)
            .Select(generation => (IReadOnlyList<HistoryEvent>)[.. generation.Select(Strip)]),
    ]);

    public string ToJson() => $"[{string.Join(",\n", Generations.Select(HistoryJson.Write))}]\n".ReplaceLineEndings("\n");

    /// <summary>Replays each generation on today's orchestrators.</summary>
    /// <returns>What does not repeat; none when all do.</returns>
    public IEnumerable<string> Problems(string name)
    {
        for (var index = 0; index < Generations.Count; index++)
        {
            var report = HistoryReplayer.Replay(Today, Generations[index], Converter);
            if (!report.Succeeded)
            {
                yield return $"{name}, generation {index + 1} of {Generations.Count}: {report.Problem}\n"
                    + "Closures in flight would fail in the same way. Make the change behind a version branch, or take it back: "
                    + "docs/versioning.md says how.";
            }
        }
    }

    private static JsonDataConverter Converter { get; } = new(ClosureJson.Options);

    private static FunctionCatalog Today { get; } = CreateCatalog();

    private static FunctionCatalog CreateCatalog()
    {
        var catalog = new FunctionCatalog();
        catalog.AddOrchestrator(nameof(CloseAccount), async context => await CloseAccount.Run(context, context.GetInput<ClosureState>()!));
        catalog.AddOrchestrator(nameof(TerminationCleanup), async context => await TerminationCleanup.Run(context, context.GetInput<ClosureState>()!));
        catalog.AddOrchestrator(nameof(SendEmail), async context =>
        {
            await SendEmail.Run(context, context.GetInput<Notification>()!);
            return null;
        });
        return catalog;
    }

    private static string Course(IReadOnlyList<HistoryEvent> generation) => string.Join(' ', generation.Select(happened => happened switch
    {
        ExecutionStarted started => started.Name,
        TaskScheduled scheduled => scheduled.Name,
        TaskFailed failed => failed.Failure.ErrorType,
        EventRaised raised => raised.Name,
        ExecutionCompleted completed => completed.Status.ToString(),
        _ => happened.GetType().Name,
    }));

    // Inputs of activities are made anew by the code, and a stack trace is of the machine that it comes from.
    private static HistoryEvent Strip(HistoryEvent happened) => happened switch
    {
        TaskScheduled scheduled => scheduled with { Input = null },
        TaskFailed failed => failed with { Failure = Strip(failed.Failure)! },
        ExecutionCompleted completed => completed with { Result = null, Failure = Strip(completed.Failure) },
        _ => happened,
    };

    private static Failure? Strip(Failure? failure) =>
        failure is null ? null : failure with { StackTrace = null, InnerFailure = Strip(failure.InnerFailure) };
}
