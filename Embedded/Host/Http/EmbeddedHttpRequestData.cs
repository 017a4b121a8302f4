using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AccountClosure.Embedded.Host.Http;

internal sealed class EmbeddedHttpRequestData : HttpRequestData
{
    public EmbeddedHttpRequestData(FunctionContext context, HttpRequest request, Uri url, Stream body)
        : base(context)
    {
        Url = url;
        Method = request.Method;
        Body = body;
        Headers = new HttpHeadersCollection(request.Headers.Select(header =>
            KeyValuePair.Create(header.Key, header.Value.Select(value => value ?? ""))));
        Cookies = [.. request.Cookies.Select(cookie => new HttpCookie(cookie.Key, cookie.Value))];
    }

    public override Stream Body { get; }

    public override HttpHeadersCollection Headers { get; }

    public override IReadOnlyCollection<IHttpCookie> Cookies { get; }

    public override Uri Url { get; }

    // A key says what a caller may do, not who it is.
    public override IEnumerable<ClaimsIdentity> Identities => [];

    public override string Method { get; }

    public override HttpResponseData CreateResponse() => new EmbeddedHttpResponseData(FunctionContext);
}
