namespace AccountClosure.Activities;

/// <summary>
/// The time since a moment in the same execution. Our clock may be set meanwhile, and the timestamps may stand still while the machine is
/// paused: each alone can deceive.
/// </summary>
internal sealed record ElapsedTime(TimeProvider Time, long Timestamp, DateTimeOffset OurTime)
{
    public static ElapsedTime Since(TimeProvider time) => new(time, time.GetTimestamp(), time.GetUtcNow());

    /// <summary>What has certainly passed: for what must not end too early.</summary>
    public TimeSpan AtLeast => Time.GetElapsedTime(Timestamp);

    /// <summary>What may have passed: for what must not be too old.</summary>
    public TimeSpan AtMost => AtLeast > Time.GetUtcNow() - OurTime ? AtLeast : Time.GetUtcNow() - OurTime;
}
