namespace AccountClosure.Embedded.Local;

/// <summary>A timer of the <see cref="LocalClock"/>. The clock sets it, because it may have to wake up earlier.</summary>
internal sealed class LocalTimer(LocalClock clock, ITimer timer) : ITimer
{
    public bool Change(TimeSpan dueTime, TimeSpan period) => clock.Change(timer, dueTime, period);

    public void Dispose() => timer.Dispose();

    public ValueTask DisposeAsync() => timer.DisposeAsync();
}
