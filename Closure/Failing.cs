namespace AccountClosure.Closure;

/// <summary>An activity that fails in spite of its retries and has not succeeded since.</summary>
/// <param name="Since">Time of the first failure, UTC.</param>
/// <param name="Failures">Number of failures, without those in which the broker did not answer.</param>
public sealed record Failing(string Activity, DateTimeOffset Since, int Failures)
{
    /// <summary>
    /// Another activity that fails; null without one. Each has its own deadline, because the recovery of one says nothing about the others.
    /// </summary>
    public Failing? Other { get; init; }

    public Failing? Find(string activity) => Activity == activity ? this : Other?.Find(activity);

    /// <summary>The activities that still fail after some have succeeded; null when none does.</summary>
    public Failing? Without(params IEnumerable<string> succeeded) =>
        succeeded.Contains(Activity) ? Other?.Without(succeeded) : this with { Other = Other?.Without(succeeded) };
}

/// <summary>Kind of a step's failure, which decides what a closure does about it.</summary>
public enum StepFailure
{
    /// <summary>Any other failure: a retry may help.</summary>
    Other,

    /// <summary>The broker does not answer or is too busy.</summary>
    Outage,

    /// <summary>The broker understood the request and refuses it.</summary>
    Permanent,
}
