namespace AccountClosure.Activities;

/// <summary>
/// Time since an earlier moment of the same execution. Somebody may set our clock in the meantime, and the timestamps may stop while the
/// machine is paused, so neither is reliable alone.
/// </summary>
internal sealed record ElapsedTime(TimeProvider Time, long Timestamp, DateTimeOffset OurTime)
{
    public static ElapsedTime Since(TimeProvider time) => new(time, time.GetTimestamp(), time.GetUtcNow());

    /// <summary>Minimum of the time that has passed, for what must not end too early.</summary>
    public TimeSpan AtLeast => Time.GetElapsedTime(Timestamp);

    /// <summary>Maximum of the time that may have passed, for what must not be too old.</summary>
    public TimeSpan AtMost => AtLeast > Time.GetUtcNow() - OurTime ? AtLeast : Time.GetUtcNow() - OurTime;
}
