namespace AccountClosure.Embedded.Engine;

/// <summary>What an engine has done since it was opened, for benchmarks.</summary>
/// <param name="Episodes">Episodes that orchestrations have run.</param>
/// <param name="EventsReplayed">Events of histories that were replayed for them.</param>
/// <param name="ActivitiesRun">Activities that were begun.</param>
/// <param name="Commits">Database transactions.</param>
public sealed record EngineCounters(long Episodes, long EventsReplayed, long ActivitiesRun, long Commits);
