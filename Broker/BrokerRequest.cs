using System.Net.Http.Headers;
using System.Text;

namespace AccountClosure.Broker;

/// <summary>A call in the Broker API, ready to be sent.</summary>
/// <param name="Operation">The call in words, without ids or amounts: it is logged and shown.</param>
/// <param name="Path">Relative to the base address, escaped.</param>
/// <param name="Json">The body of a POST.</param>
/// <param name="Permit">Asked right before the request is sent; null when it needs none.</param>
/// <param name="SendsMoney">Only the API's own refusals count: any other answer may be a proxy's, after the broker has carried it out.</param>
internal sealed record BrokerRequest(
    HttpMethod Method, string Operation, string Path, string? Json = null, Permit? Permit = null, bool SendsMoney = false)
{
    public bool IsRead => Method == HttpMethod.Get;

    /// <summary>What it means that the request went out and nothing certain came back.</summary>
    public BrokerErrorKind KindWithoutAnswer => IsRead ? BrokerErrorKind.Unavailable : BrokerErrorKind.InDoubt;

    public static BrokerRequest Read(string operation, string path) => new(HttpMethod.Get, operation, path);

    /// <summary>An id as one segment of a path.</summary>
    public static string Segment(string id)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        // Two dots would be taken as "one level up", escaped or not.
        return id is "." or ".." ? throw new ArgumentException("An id cannot consist of dots.", nameof(id)) : Uri.EscapeDataString(id);
    }

    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(Method, Path);
        if (IsRead)
            return message;

        // Even an empty body counts: SocketsHttpHandler silently sends a request without any again when a kept connection ends
        // before the answer, and a change must be sent only once.
        message.Content = new ByteArrayContent(Json is null ? [] : Encoding.UTF8.GetBytes(Json));
        if (Json is not null)
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return message;
    }
}
