using AccountClosure.Embedded.Host.Webhooks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Embedded.Host.Http;

/// <summary>
/// Everything between a request and its answer, the same for both front doors. It never leaves the caller's thread by itself,
/// so that in virtual time a call has either returned or waits for something.
/// </summary>
internal sealed class RequestPipeline(FunctionEndpoint functions, DurableWebhooks webhooks, InFlight inFlight, ILogger logger)
{
    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            if (!inFlight.TryEnter())
                throw new HttpErrorException(StatusCodes.Status503ServiceUnavailable, "The host is stopping.");
            try
            {
                await RouteAsync(context);
            }
            finally
            {
                inFlight.Exit();
            }
        }
        catch (HttpErrorException error)
        {
            await AnswerAsync(context, error);
        }
        catch (BadHttpRequestException exception)
        {
            await AnswerAsync(context, new HttpErrorException(exception.StatusCode, "The request is not valid HTTP."));
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer; the code is for the log of a proxy.
            if (!context.Response.HasStarted)
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
#pragma warning disable CA1031 // The last resort: whatever it is, the caller gets an answer without its details, and the log has them.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Logs.RequestFailed(logger, exception);
            await AnswerAsync(context, new HttpErrorException(StatusCodes.Status500InternalServerError, "The host failed; its log says why."));
        }
    }

    private Task RouteAsync(HttpContext context)
    {
        PathString path = context.Request.Path;
        if (path.StartsWithSegments(DurableWebhooks.Prefix, out PathString webhook))
            return webhooks.HandleAsync(context, webhook);
        if (path.StartsWithSegments(FunctionRoutes.Prefix, out PathString function))
            return functions.HandleAsync(context, function, inFlight.Stopping);
        throw new HttpErrorException(StatusCodes.Status404NotFound);
    }

    private static Task AnswerAsync(HttpContext context, HttpErrorException error)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        context.Response.Clear();
        return Responses.ErrorAsync(context, error);
    }
}
