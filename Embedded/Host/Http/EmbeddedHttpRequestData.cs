using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AccountClosure.Embedded.Host.Http;

internal sealed class EmbeddedHttpRequestData(FunctionContext context, HttpRequest request) : HttpRequestData(context)
{
    public override Stream Body => request.Body;

    public override HttpHeadersCollection Headers { get; } = new(request.Headers.Select(header =>
        KeyValuePair.Create(header.Key, header.Value.Select(value => value ?? ""))));

    public override IReadOnlyCollection<IHttpCookie> Cookies { get; } =
        [.. request.Cookies.Select(cookie => new HttpCookie(cookie.Key, cookie.Value))];

    public override Uri Url { get; } = Requests.Url(request);

    // A key says what a caller may do, not who it is.
    public override IEnumerable<ClaimsIdentity> Identities => [];

    public override string Method => request.Method;

    public override HttpResponseData CreateResponse() => new EmbeddedHttpResponseData(FunctionContext);
}
