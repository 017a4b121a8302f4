namespace AccountClosure.Closure;

/// <summary>An activity that fails in spite of its retries, and has not succeeded since.</summary>
/// <param name="Since">When it first failed, UTC.</param>
/// <param name="Failures">Number of its failures, without those in which the broker did not answer.</param>
public sealed record Failing(string Activity, DateTimeOffset Since, int Failures)
{
    /// <summary>
    /// Another activity that fails; null without one. Each has its own deadline: that one of them recovers says nothing about the others.
    /// </summary>
    public Failing? Other { get; init; }

    public Failing? Find(string activity) => Activity == activity ? this : Other?.Find(activity);

    /// <summary>What still fails when the activities have succeeded; null when nothing does.</summary>
    public Failing? Without(params IEnumerable<string> succeeded) =>
        succeeded.Contains(Activity) ? Other?.Without(succeeded) : this with { Other = Other?.Without(succeeded) };
}

/// <summary>What can be done about a step that failed.</summary>
public enum StepFailure
{
    /// <summary>Anything else: trying again may help.</summary>
    Other,

    /// <summary>The broker does not answer, or is too busy to.</summary>
    Outage,

    /// <summary>The broker understood and will not do it.</summary>
    Permanent,
}
