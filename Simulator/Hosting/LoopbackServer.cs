using System.Net;
using AccountClosure.Simulator.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Simulator.Hosting;

/// <summary>The door for other processes of this machine; nothing else can reach it.</summary>
internal sealed class LoopbackServer(WebApplication application) : IAsyncDisposable
{
    public int Port => new Uri(
        application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    /// <param name="port">0 takes a free port.</param>
    public static async Task<LoopbackServer> StartAsync(SimulatorPipeline pipeline, int port)
    {
        // Empty, so that no file and no environment variable of the surrounding program changes what is served.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        var built = builder.Build();
        built.Run(context => ServeAsync(pipeline, context));
        await built.StartAsync();
        return new LoopbackServer(built);
    }

    public async ValueTask DisposeAsync() => await application.DisposeAsync();

    private static async Task ServeAsync(SimulatorPipeline pipeline, HttpContext context)
    {
        var request = context.Request;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, context.RequestAborted);
        try
        {
            var answer = await pipeline.ServeAsync(
                new ApiRequest(
                    request.Method,
                    request.Path.Value ?? "/",
                    request.QueryString.Value ?? "",
                    request.Headers.Authorization,
                    body.ToArray()),
                context.RequestAborted);
            await AnswerAsync(context, answer);
        }
        catch (ConnectionDroppedException)
        {
            context.Abort();
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has left, as clients do that give up on a slow answer: there is nobody to tell.
        }
    }

    private static async Task AnswerAsync(HttpContext context, ApiAnswer answer)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        if (answer.RateLimit is { } rate)
        {
            response.Headers["X-RateLimit-Limit"] = rate.Limit.ToString();
            response.Headers["X-RateLimit-Remaining"] = rate.Remaining.ToString();
            response.Headers["X-RateLimit-Reset"] = rate.Reset.ToString();
        }
        if (answer.Body.Length == 0)
            return;
        response.ContentType = answer.ContentType + "; charset=utf-8";
        response.ContentLength = answer.Body.Length;
        await response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }
}
