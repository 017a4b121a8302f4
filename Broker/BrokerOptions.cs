using Microsoft.Extensions.Options;

namespace AccountClosure.Broker;

/// <summary>The section <c>Broker</c> of the configuration.</summary>
public sealed class BrokerOptions
{
    public const string Section = "Broker";

    /// <summary>
    /// Upper bound of <see cref="RequestTimeout"/>. Until the request ends, its transfer can still come into being: the policy's
    /// TransferInDoubtWindow, after which a missing transfer counts as not created, must be well above it.
    /// </summary>
    public static readonly TimeSpan LongestRequestTimeout = TimeSpan.FromMinutes(2);

    /// <summary>The sandbox or the production address, without <c>/v1</c>.</summary>
    public string BaseUrl { get; set; } = "";

    public string ApiKey { get; set; } = "";

    public string ApiSecret { get; set; } = "";

    /// <summary>
    /// Maximum time of one request from its sending until its answer is read, at most <see cref="LongestRequestTimeout"/>. On a scaled
    /// clock this is scaled time.
    /// </summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Maximum number of attempts for a read. A call that changes something is sent once.</summary>
    public int ReadAttempts { get; set; } = 5;

    /// <summary>The wait before the second attempt; it doubles with each further one.</summary>
    public TimeSpan FirstRetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan LongestRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A wait for the rate limit is never longer than this, whatever the broker writes.</summary>
    public TimeSpan LongestRateLimitWait { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>What this process asks of the budget that all processes of the firm share.</summary>
    public double MaxRequestsPerSecond { get; set; } = 15;

    /// <summary>So many requests may go out at once after a quiet time.</summary>
    public int RequestBurst { get; set; } = 30;

    /// <summary>Makes the jitter of all waits repeatable; without it each process has its own.</summary>
    public int? JitterSeed { get; set; }
}

/// <summary>Each failure is a sentence that names the setting and what to write there.</summary>
public sealed class BrokerOptionsValidator : IValidateOptions<BrokerOptions>
{
    // An activity that waits keeps one of its host's slots, and the closure's status does not show the wait.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    public ValidateOptionsResult Validate(string? name, BrokerOptions options)
    {
        var failures = new List<string>();
        if (!Uri.TryCreate(options.BaseUrl, UriKind.Absolute, out var address) || (address.Scheme != "https" && address.Scheme != "http"))
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
                $"Broker:RequestTimeout must be longer than 00:00:00 and at most {BrokerOptions.LongestRequestTimeout:c}, such as 00:00:30, "
                + "because the in-doubt window of a transfer must be longer: check Broker__RequestTimeout.");
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
            failures.Add($"Broker:{setting} must be longer than 00:00:00 and at most {LongestWait:c}, such as 00:00:30: check Broker__{setting}.");
    }
}
