namespace AccountClosure.Embedded.Local;

/// <summary>A timer of the <see cref="LocalClock"/>, which guards its fields.</summary>
internal sealed class LocalTimer(LocalClock clock, TimerCallback callback, object? state, long number) : ITimer
{
    /// <summary>Those for the same time fire in the order in which they were made.</summary>
    public static readonly IComparer<LocalTimer> ByDueTime = Comparer<LocalTimer>.Create((left, right) =>
        left.Due != right.Due ? left.Due.CompareTo(right.Due) : left.Number.CompareTo(right.Number));

    public long Number { get; } = number;

    public DateTimeOffset Due { get; set; }

    public TimeSpan Period { get; set; }

    public bool Change(TimeSpan dueTime, TimeSpan period) => clock.Schedule(this, dueTime, period);

    public void Fire() => callback(state);

    public void Dispose() => clock.Unschedule(this);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
