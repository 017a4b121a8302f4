using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace AccountClosure.Embedded.Host.Http;

/// <summary>
/// Who may call: the function key opens everything; the webhook key, derived from it, opens the durable webhooks alone. The
/// links in check-status answers carry the webhook key, so that passing one on does not pass on the function key.
/// </summary>
internal sealed class FunctionKeys
{
    private const string Header = "x-functions-key";
    private const string QueryParameter = "code";

    private readonly byte[] _functionKeyHash;
    private readonly byte[] _webhookKeyHash;

    public FunctionKeys(string functionKey)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(functionKey);
        byte[] key = Encoding.UTF8.GetBytes(functionKey);
        WebhookKey = Base64Url.EncodeToString(HMACSHA256.HashData(key, "durabletask_extension"u8));
        _functionKeyHash = SHA256.HashData(key);
        _webhookKeyHash = SHA256.HashData(Encoding.UTF8.GetBytes(WebhookKey));
    }

    /// <summary>Safe in a URL as it is.</summary>
    public string WebhookKey { get; }

    public string WebhookQuery => $"{QueryParameter}={WebhookKey}";

    /// <exception cref="ProblemException">401.</exception>
    public void RequireFunctionKey(HttpRequest request) => Require(Matches(request, _functionKeyHash));

    /// <exception cref="ProblemException">401.</exception>
    public void RequireWebhookKey(HttpRequest request) =>
        Require(Matches(request, _webhookKeyHash) || Matches(request, _functionKeyHash));

    private static void Require(bool isMatch)
    {
        if (!isMatch)
        {
            throw new ProblemException(
                StatusCodes.Status401Unauthorized, $"A valid key is needed, in the header {Header} or the query parameter {QueryParameter}.");
        }
    }

    // Hashes of equal length are compared in constant time, so that neither the key nor its length can be guessed step by step.
    private static bool Matches(HttpRequest request, byte[] hash) =>
        request.Headers[Header].Concat(request.Query[QueryParameter]).Any(candidate =>
            candidate is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(candidate)), hash));
}
