using AccountClosure.Embedded.Host.Webhooks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Embedded.Host.Http;

/// <summary>
/// Routes requests from the socket or from this process, and answers errors. It never changes the thread, so in virtual time a call either
/// has returned or waits for something.
/// </summary>
internal sealed class RequestPipeline(FunctionEndpoint functions, DurableWebhooks webhooks, InFlight inFlight, ILogger logger)
{
    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            using var entry = inFlight.TryEnter()
                ?? throw new HttpErrorException(StatusCodes.Status503ServiceUnavailable, "The host is stopping.");
            await RouteAsync(context);
        }
        catch (Exception exception) when (context.RequestAborted.IsCancellationRequested && !IsRefusal(exception))
        {
            // The caller has disconnected. The status is for request logs.
            if (!context.Response.HasStarted)
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
#pragma warning disable CA1031 // The last resort: the caller gets an answer without details, and the log has the details.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await AnswerAsync(context, exception);
        }
    }

    private Task RouteAsync(HttpContext context)
    {
        var path = context.Request.Path;
        if (path.StartsWithSegments(DurableWebhooks.Prefix, out var webhook))
            return webhooks.HandleAsync(context, webhook);
        if (path.StartsWithSegments(FunctionRoutes.Prefix, out var function))
            return functions.HandleAsync(context, function, inFlight.Stopping);
        throw new HttpErrorException(StatusCodes.Status404NotFound);
    }

    private static bool IsRefusal(Exception exception) => exception is HttpErrorException or BadHttpRequestException;

    private Task AnswerAsync(HttpContext context, Exception exception)
    {
        if (!IsRefusal(exception))
            Logs.RequestFailed(logger, exception);
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        context.Response.Clear();
        return Responses.ErrorAsync(context, exception switch
        {
            HttpErrorException error => error,
            BadHttpRequestException bad => new HttpErrorException(bad.StatusCode, "The request is not valid HTTP."),
            _ => new HttpErrorException(StatusCodes.Status500InternalServerError, "The host failed; its log says why."),
        });
    }
}
