using System.Net.Http.Headers;
using System.Text;

namespace AccountClosure.Broker;

/// <summary>A call of the Broker API, ready to be sent.</summary>
/// <param name="Operation">The call in words, without ids or amounts, because logs and statuses show it.</param>
/// <param name="Path">Escaped path, relative to the base address.</param>
/// <param name="Json">Body of a POST; null without one.</param>
/// <param name="Permit">Permit that the connection asks for right before it sends the request; null when the request needs none.</param>
/// <param name="SendsMoney">
/// Whether the request sends money. Then only the API's own refusals count as refusals, because any other answer may come from a proxy
/// after the broker has executed the request.
/// </param>
internal sealed record BrokerRequest(
    HttpMethod Method, string Operation, string Path, string? Json = null, Permit? Permit = null, bool SendsMoney = false)
{
    public bool IsRead => Method == HttpMethod.Get;

    /// <summary>Kind of the error when the request was sent and got no clear answer.</summary>
    public BrokerErrorKind KindWithoutAnswer => IsRead ? BrokerErrorKind.Unavailable : BrokerErrorKind.InDoubt;

    public static BrokerRequest Read(string operation, string path) => new(HttpMethod.Get, operation, path);

    /// <summary>The id, escaped as one segment of a path.</summary>
    public static string Segment(string id)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        // Servers read two dots as "one level up", even when they are escaped.
        return id is "." or ".." ? throw new ArgumentException("An id cannot consist of dots.", nameof(id)) : Uri.EscapeDataString(id);
    }

    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(Method, Path);
        if (IsRead)
            return message;

        // Set a body even when it is empty: when a pooled connection ends before the answer, SocketsHttpHandler silently resends a request
        // without a body, and a change must be sent only once.
        message.Content = new ByteArrayContent(Json is null ? [] : Encoding.UTF8.GetBytes(Json));
        if (Json is not null)
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return message;
    }
}
