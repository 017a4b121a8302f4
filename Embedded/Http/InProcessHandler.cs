using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AccountClosure.Embedded.Http;

/// <summary>Serves requests without a socket, on the thread of the sender.</summary>
public sealed class InProcessHandler(RequestDelegate handle) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Continuations must not run in the caller's context. The caller gets its context back when an async method returns.
        SynchronizationContext.SetSynchronizationContext(null);
        cancellationToken.ThrowIfCancellationRequested();
        var lifetime = new RequestLifetime { RequestAborted = cancellationToken };
        var context = await ToContextAsync(request, lifetime);

        await handle(context);
        return lifetime.IsAborted
            ? throw new HttpRequestException(HttpRequestError.ResponseEnded, "The server closed the connection without an answer.")
            : ToMessage(context, request);
    }

    private static async Task<DefaultHttpContext> ToContextAsync(HttpRequestMessage message, RequestLifetime lifetime)
    {
        var uri = message.RequestUri ?? throw new InvalidOperationException("The request has no address.");
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        var request = context.Request;
        request.Method = message.Method.Method;
        request.Scheme = uri.Scheme;
        request.Host = message.Headers.Host is { } host ? new HostString(host) : HostString.FromUriComponent(uri);
        request.Path = PathString.FromUriComponent(uri);
        request.QueryString = QueryString.FromUriComponent(uri);
        request.Protocol = HttpProtocol.Http11;
        foreach ((var name, var values) in message.Headers)
            request.Headers[name] = values.ToArray();
        if (message.Content is { } content)
        {
            foreach ((var name, var values) in content.Headers)
                request.Headers[name] = values.ToArray();
            request.Body = new MemoryStream(await content.ReadAsByteArrayAsync(lifetime.RequestAborted), writable: false);
            request.ContentLength = request.Body.Length;
        }

        context.Response.Body = new MemoryStream();
        return context;
    }

    private static HttpResponseMessage ToMessage(DefaultHttpContext context, HttpRequestMessage request)
    {
        var body = (MemoryStream)context.Response.Body;
        var message = new HttpResponseMessage((HttpStatusCode)context.Response.StatusCode)
        {
            RequestMessage = request,
            Content = new ByteArrayContent(body.ToArray()),
        };
        foreach ((var name, var values) in context.Response.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
                message.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }
        return message;
    }

    private sealed class RequestLifetime : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; }

        public bool IsAborted { get; private set; }

        public void Abort() => IsAborted = true;
    }
}
