using Microsoft.Extensions.Options;

namespace AccountClosure.Broker;

/// <summary>The section <c>Broker</c> of the configuration.</summary>
public sealed class BrokerOptions
{
    public const string Section = "Broker";

    /// <summary>
    /// Maximum of <see cref="RequestTimeout"/>. The broker can create a transfer until its request ends. So the policy's
    /// TransferInDoubtWindow, after which a missing transfer counts as not created, must be much longer.
    /// </summary>
    public static readonly TimeSpan LongestRequestTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Address of the sandbox or of production, without <c>/v1</c>.</summary>
    public string BaseUrl { get; set; } = "";

    public string ApiKey { get; set; } = "";

    public string ApiSecret { get; set; } = "";

    /// <summary>
    /// Maximum time from the sending of a request until its answer is read. It must not exceed <see cref="LongestRequestTimeout"/>. On a
    /// scaled clock this is scaled time.
    /// </summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Maximum number of attempts for a read, 1 to 20. A call that changes something is sent once.</summary>
    public int ReadAttempts { get; set; } = 5;

    /// <summary>Wait before the second attempt. It doubles with each further attempt, up to <see cref="LongestRetryDelay"/>.</summary>
    public TimeSpan FirstRetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Maximum wait between two attempts, except for a rate limit.</summary>
    public TimeSpan LongestRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Maximum wait for the rate limit, even if a header of the broker asks for a longer one.</summary>
    public TimeSpan LongestRateLimitWait { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Maximum average rate of this process, as its share of the budget of all processes of the firm.</summary>
    public double MaxRequestsPerSecond { get; set; } = 15;

    /// <summary>Maximum number of requests that this process sends at once after a quiet time.</summary>
    public int RequestBurst { get; set; } = 30;

    /// <summary>Seed that makes the jitter of all waits repeatable; null for a random seed in each process.</summary>
    public int? JitterSeed { get; set; }
}

/// <summary>Checks the options. Each failure is a sentence that names the setting and a valid value.</summary>
public sealed class BrokerOptionsValidator : IValidateOptions<BrokerOptions>
{
    // A waiting activity occupies a slot of its host, and the closure's status does not show the wait.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    public ValidateOptionsResult Validate(string? name, BrokerOptions options)
    {
        var failures = new List<string>();
        if (!Uri.TryCreate(options.BaseUrl, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http"))
            failures.Add("Broker:BaseUrl must be an address such as https://broker-api.sandbox.alpaca.markets: set Broker__BaseUrl.");
        if (string.IsNullOrWhiteSpace(options.ApiKey))
            failures.Add("Broker:ApiKey is missing: set Broker__ApiKey to the key of the Broker API.");
        else if (options.ApiKey.Contains(':', StringComparison.Ordinal))
            failures.Add("Broker:ApiKey must not contain a colon: check Broker__ApiKey.");
        if (string.IsNullOrWhiteSpace(options.ApiSecret))
            failures.Add("Broker:ApiSecret is missing: set Broker__ApiSecret to the secret that belongs to Broker__ApiKey.");
        if (options.RequestTimeout <= TimeSpan.Zero || options.RequestTimeout > BrokerOptions.LongestRequestTimeout)
        {
            failures.Add(
                $"Broker:RequestTimeout must be longer than 00:00:00 and at most {BrokerOptions.LongestRequestTimeout:c}, such as "
                + "00:00:30, because the in-doubt window of a transfer must be longer: check Broker__RequestTimeout.");
        }

        CheckTime(failures, nameof(options.FirstRetryDelay), options.FirstRetryDelay);
        CheckTime(failures, nameof(options.LongestRetryDelay), options.LongestRetryDelay);
        CheckTime(failures, nameof(options.LongestRateLimitWait), options.LongestRateLimitWait);
        if (options.ReadAttempts is < 1 or > 20)
            failures.Add("Broker:ReadAttempts must be from 1 to 20: check Broker__ReadAttempts.");
        if (options.MaxRequestsPerSecond is not (>= 0.1 and <= 100_000))
            failures.Add("Broker:MaxRequestsPerSecond must be from 0.1 to 100000: check Broker__MaxRequestsPerSecond.");
        if (options.RequestBurst is < 1 or > 100_000)
            failures.Add("Broker:RequestBurst must be from 1 to 100000: check Broker__RequestBurst.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void CheckTime(List<string> failures, string setting, TimeSpan value)
    {
        if (value <= TimeSpan.Zero || value > LongestWait)
        {
            failures.Add(
                $"Broker:{setting} must be longer than 00:00:00 and at most {LongestWait:c}, such as 00:00:30: check Broker__{setting}.");
        }
    }
}
