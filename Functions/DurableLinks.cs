using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;

namespace AccountClosure.Functions;

/// <summary>Options of the durable links in answers.</summary>
public sealed record LinkOptions
{
    public const string Section = "Links";

    /// <summary>
    /// Scheme, host and port of the links, such as <c>https://closures.example.com</c>. Null or empty uses those of the request.
    /// </summary>
    public string? PublicAddress { get; init; }

    /// <summary>Start of each link; null if the public address is not set, or is more than scheme, host and port.</summary>
    public string? LinkBase() =>
        Uri.TryCreate(PublicAddress, UriKind.Absolute, out var address)
        && address is { Scheme: "https" or "http", PathAndQuery: "/", Fragment: "", UserInfo: "" }
        && !PublicAddress!.Contains('#', StringComparison.Ordinal)
            // The host is in ASCII, because the Location header contains the link.
            ? new UriBuilder(address.Scheme, address.IdnHost, address.Port).Uri.GetLeftPart(UriPartial.Authority)
            : null;
}

/// <summary>Requires an HTTP or HTTPS address without a path, a user name or a fragment.</summary>
public sealed class LinkOptionsValidator : IValidateOptions<LinkOptions>
{
    public ValidateOptionsResult Validate(string? name, LinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return string.IsNullOrEmpty(options.PublicAddress) || options.LinkBase() is not null
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail(
                    $"{LinkOptions.Section}:PublicAddress must be the address at which callers reach the app, such as "
                    + "https://closures.example.com, without a path, a user name or a fragment.");
    }
}

/// <summary>
/// Builds the durable links of an instance. The SDK takes their host from <c>X-Forwarded-Host</c>, which a caller can forge, and the links
/// contain a key. So this class replaces the address with the configured one, or with that of the request if none is configured.
/// </summary>
public sealed class DurableLinks(IOptions<LinkOptions> options)
{
    private const string WebhooksPath = "/runtime/webhooks/durabletask/";

    private readonly string? _publicAddress = options.Value.LinkBase();

    public InstanceLinks For(DurableTaskClient client, string instanceId, HttpRequestData request)
    {
        var links = client.CreateHttpManagementPayload(instanceId, request);
        return new InstanceLinks(
            links.Id,
            Readdress(links.StatusQueryGetUri),
            Readdress(links.SendEventPostUri),
            Readdress(links.TerminatePostUri),
            Readdress(links.PurgeHistoryDeleteUri),
            Readdress(links.SuspendPostUri),
            Readdress(links.ResumePostUri));

        string? Readdress(string? link) =>
            link is null ? null : (_publicAddress ?? request.Url.GetLeftPart(UriPartial.Authority)) + PathOf(link);
    }

    // Search from the end, because a forged host can contain the path. Uri would escape the braces in the links.
    private static string PathOf(string link)
    {
        int query = link.LastIndexOf('?');
        return link[link.LastIndexOf(WebhooksPath, query < 0 ? link.Length - 1 : query, StringComparison.Ordinal)..];
    }
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
