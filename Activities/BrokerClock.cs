namespace AccountClosure.Activities;

/// <summary>
/// The broker's clock: read once, then advanced by the time that passes on this host. It is the one clock that all hosts share.
/// </summary>
internal sealed record BrokerClock(DateTimeOffset ReadAt, ElapsedTime Elapsed)
{
    /// <summary>A time that is certainly not ahead of the broker's clock.</summary>
    public DateTimeOffset Now => ReadAt + Elapsed.AtLeast;

    public bool IsWithin(TimeSpan age, DateTimeOffset since) => ReadAt + Elapsed.AtMost <= since + age;
}
