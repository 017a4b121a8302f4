using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;

namespace AccountClosure.Functions;

/// <summary>Options of the links in answers.</summary>
public sealed record LinkOptions
{
    public const string Section = "Links";

    /// <summary>Scheme, host and port of the links, such as <c>https://closures.example.com</c>; those of the request unless set.</summary>
    public string? PublicAddress { get; init; }
}

/// <summary>Requires an HTTP or HTTPS address without a path.</summary>
public sealed class LinkOptionsValidator : IValidateOptions<LinkOptions>
{
    public ValidateOptionsResult Validate(string? name, LinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.PublicAddress is not { Length: > 0 } text
            || (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" && address.PathAndQuery == "/")
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail(
                    $"{LinkOptions.Section}:PublicAddress must be the address by which callers reach the app, such as https://closures.example.com, without a path.");
    }
}

/// <summary>
/// Builds the durable links of an instance. The SDK takes their host from <c>X-Forwarded-Host</c>, which a caller can forge, and they contain
/// a key. So their address is the configured one, or else that of the request.
/// </summary>
public sealed class DurableLinks(IOptions<LinkOptions> options)
{
    private readonly string? _publicAddress = options.Value.PublicAddress is { Length: > 0 } address ? address.TrimEnd('/') : null;

    public InstanceLinks For(DurableTaskClient client, string instanceId, HttpRequestData request)
    {
        var links = client.CreateHttpManagementPayload(instanceId, request);
        return new InstanceLinks(
            links.Id,
            Own(links.StatusQueryGetUri),
            Own(links.SendEventPostUri),
            Own(links.TerminatePostUri),
            Own(links.PurgeHistoryDeleteUri),
            Own(links.SuspendPostUri),
            Own(links.ResumePostUri));

        string? Own(string? link) => link is null ? null : (_publicAddress ?? request.Url.GetLeftPart(UriPartial.Authority)) + PathOf(link);
    }

    // The links have braces in them, which a Uri would escape.
    private static string PathOf(string link) => link[link.IndexOf('/', link.IndexOf("://", StringComparison.Ordinal) + 3)..];
}

/// <summary>URLs to read, signal, terminate, purge, suspend and resume an instance.</summary>
public sealed record InstanceLinks(
    string? Id,
    string? StatusQueryGetUri,
    string? SendEventPostUri,
    string? TerminatePostUri,
    string? PurgeHistoryDeleteUri,
    string? SuspendPostUri,
    string? ResumePostUri);
