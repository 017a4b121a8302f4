using AccountClosure.Embedded.Host.Functions;
using AccountClosure.Embedded.Host.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Embedded.Host.Http;

/// <summary>Answers requests to <c>/api/…</c> with the app's HTTP functions.</summary>
internal sealed class FunctionEndpoint(
    FunctionRoutes routes, FunctionRunner runner, FunctionKeys keys, int maxBodySize, ILogger logger)
{
    public async Task HandleAsync(HttpContext context, PathString path, CancellationToken stopping)
    {
        var function = routes.Match(context, path);
        if (function.NeedsKey)
            keys.RequireFunctionKey(context.Request);

        context.Request.Body = await Requests.ReadBodyAsync(context.Request, maxBodySize);
        using CancellationTokenSource cancellation =
            CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        switch (await InvokeAsync(context, function, cancellation.Token))
        {
            case null:
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case EmbeddedHttpResponseData answer:
                await answer.SendAsync(context);
                break;
            default:
                throw new InvalidOperationException(
                    $"Function '{function.Name}' must create its response with the request's CreateResponse.");
        }
    }

    private async Task<object?> InvokeAsync(HttpContext context, FunctionDescriptor function, CancellationToken cancellation)
    {
        try
        {
            return await runner.RunAsync(function, context, cancellation);
        }
        catch (Exception exception) when (exception is not HttpErrorException && !context.RequestAborted.IsCancellationRequested)
        {
            Logs.FunctionFailed(logger, function.Name, exception);
            throw new HttpErrorException(StatusCodes.Status500InternalServerError, "The function failed; the host's log says why.");
        }
    }
}
