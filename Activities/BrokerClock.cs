namespace AccountClosure.Activities;

/// <summary>The broker's clock, read once and advanced by the time that passes here: the one clock that all hosts share.</summary>
internal sealed record BrokerClock(DateTimeOffset ReadAt, ElapsedTime Elapsed)
{
    /// <summary>Certainly not ahead of the broker's clock.</summary>
    public DateTimeOffset Now => ReadAt + Elapsed.AtLeast;

    public bool IsWithin(TimeSpan age, DateTimeOffset since) => ReadAt + Elapsed.AtMost <= since + age;
}
