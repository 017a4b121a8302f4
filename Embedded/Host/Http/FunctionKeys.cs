using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace AccountClosure.Embedded.Host.Http;

/// <summary>
/// Checks the keys of requests. The function key is for functions; the webhook key, derived from it, is for the durable webhooks, like the
/// system key of the durable extension in Azure. The links in check-status answers contain the webhook key.
/// </summary>
internal sealed class FunctionKeys(string functionKey)
{
    private const string Header = "x-functions-key";
    private const string QueryParameter = "code";

    private readonly string _webhookKey = WebhookKey.From(functionKey);

    public string WebhookQuery => $"{QueryParameter}={_webhookKey}";

    /// <exception cref="HttpErrorException">401: the request has no valid function key.</exception>
    public void RequireFunctionKey(HttpRequest request)
    {
        if (!HasKey(request, functionKey))
            throw new HttpErrorException(StatusCodes.Status401Unauthorized);
    }

    /// <exception cref="HttpErrorException">403 for the function key, 401 without a key of this host.</exception>
    public void RequireWebhookKey(HttpRequest request)
    {
        if (HasKey(request, _webhookKey))
            return;
        if (HasKey(request, functionKey))
            throw new HttpErrorException(StatusCodes.Status403Forbidden);
        // The Functions host names this scheme here, and none when a function refuses a key.
        throw new HttpErrorException(StatusCodes.Status401Unauthorized) { Challenge = "Bearer" };
    }

    // Compares hashes of equal length in constant time, so that the time reveals neither the key nor its length.
    private static bool HasKey(HttpRequest request, string key) => request.Headers[Header].Concat(request.Query[QueryParameter])
        .Any(sent => sent is not null && CryptographicOperations.FixedTimeEquals(Hash(sent), Hash(key)));

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
