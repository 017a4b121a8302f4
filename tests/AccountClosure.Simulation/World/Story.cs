namespace AccountClosure.Simulation.World;

/// <summary>What happened in one run, one line per event. Recorded only when a run that violated an invariant is repeated.</summary>
internal sealed class Story(TimeProvider clock)
{
    private readonly List<(DateTimeOffset At, string Who, string What)> _lines = [];

    public IEnumerable<string> Lines => _lines.Select(line => $"{line.At:yyyy-MM-dd HH:mm:ss.fff}  {line.Who,-9} {line.What}");

    public void Tell(string who, string what) => _lines.Add((clock.GetUtcNow(), who, what));
}
