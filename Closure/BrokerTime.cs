namespace AccountClosure.Closure;

/// <summary>Converts times of the broker's clock, which can differ from ours.</summary>
public static class BrokerTime
{
    /// <summary>Our time for a moment of the broker's clock.</summary>
    /// <param name="brokerNow">The broker's clock at <paramref name="now"/>.</param>
    public static DateTimeOffset ToOurs(DateTimeOffset brokerMoment, DateTimeOffset brokerNow, DateTimeOffset now) =>
        now + (brokerMoment - brokerNow);
}
