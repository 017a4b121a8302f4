namespace AccountClosure.Embedded.Engine;

/// <summary>Counts the work of an engine since it was opened, for benchmarks.</summary>
/// <param name="Episodes">Episodes that have run.</param>
/// <param name="EventsReplayed">History events that were replayed for these episodes.</param>
/// <param name="ActivitiesRun">Activities that were started.</param>
/// <param name="Commits">Database transactions.</param>
public sealed record EngineCounters(long Episodes, long EventsReplayed, long ActivitiesRun, long Commits);
