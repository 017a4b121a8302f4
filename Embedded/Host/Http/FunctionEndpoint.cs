using AccountClosure.Embedded.Host.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Embedded.Host.Http;

/// <summary>Answers <c>/api/…</c> by the app's HTTP functions.</summary>
internal sealed class FunctionEndpoint(
    FunctionRoutes routes, FunctionRunner runner, FunctionKeys keys, int maxBodySize, ILogger logger)
{
    public async Task HandleAsync(HttpContext context, PathString path, CancellationToken stopping)
    {
        RouteMatch match = routes.Match(context, path);
        if (match.Function.NeedsKey)
            keys.RequireFunctionKey(context.Request);

        Uri url = RequestUrl.From(context.Request);
        MemoryStream body = await RequestBody.ReadAsync(context.Request, maxBodySize);
        using CancellationTokenSource cancellation =
            CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        HttpResponseData? response = await InvokeAsync(context, match, url, body, cancellation.Token);
        switch (response)
        {
            case null:
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case EmbeddedHttpResponseData answer:
                await answer.SendAsync(context);
                break;
            default:
                throw new InvalidOperationException($"Function '{match.Function.Name}' made its response in a way of its own.");
        }
    }

    private async Task<HttpResponseData?> InvokeAsync(
        HttpContext context, RouteMatch match, Uri url, Stream body, CancellationToken cancellation)
    {
        Dictionary<string, object?> data = match.Values.ToDictionary(StringComparer.OrdinalIgnoreCase);
        var origin = new InvocationOrigin(
            data, context.Request.Headers.TraceParent.ToString(), context.Request.Headers.TraceState.ToString());
        try
        {
            return (HttpResponseData?)await runner.RunAsync(
                match.Function,
                origin,
                functionContext => new EmbeddedHttpRequestData(functionContext, context.Request, url, body),
                cancellation);
        }
        catch (Exception exception) when (exception is not HttpErrorException && !context.RequestAborted.IsCancellationRequested)
        {
            Logs.FunctionFailed(logger, match.Function.Name, exception);
            throw new HttpErrorException(StatusCodes.Status500InternalServerError, "The function failed; the host's log says why.");
        }
    }
}
