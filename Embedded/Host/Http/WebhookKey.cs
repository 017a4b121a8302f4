using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AccountClosure.Embedded.Host.Http;

/// <summary>The key of the durable webhooks, which Azure calls the system key of the durable extension.</summary>
public static class WebhookKey
{
    /// <summary>Derives it from the function key, so that it needs no storage. It needs no URL encoding.</summary>
    public static string From(string functionKey)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(functionKey);
        return Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(functionKey), "durabletask_extension"u8));
    }
}
