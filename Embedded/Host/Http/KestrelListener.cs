using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Embedded.Host.Http;

/// <summary>The front door on a socket of 127.0.0.1.</summary>
internal sealed class KestrelListener : IAsyncDisposable
{
    private readonly WebApplication _server;

    public KestrelListener(RequestPipeline pipeline, int port, ILoggerFactory loggers)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(new BorrowedLoggers(loggers)));
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, NoLifetime>());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // The pipeline has the limit, so that both doors answer alike.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        _server = builder.Build();
        _server.Run(pipeline.HandleAsync);
    }

    /// <summary>With the port that the system chose, where it was left to it. Known once started.</summary>
    public Uri? Address { get; private set; }

    public async Task StartAsync(CancellationToken cancellation)
    {
        await _server.StartAsync(cancellation);
        Address = new Uri(_server.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
    }

    public Task StopAsync(CancellationToken cancellation) => _server.StopAsync(cancellation);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    // Signals belong to the process, not to this server.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    // The server's services end before the host's loggers do.
    private sealed class BorrowedLoggers(ILoggerFactory loggers) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => loggers.CreateLogger(categoryName);

        public void AddProvider(ILoggerProvider provider) => loggers.AddProvider(provider);

        public void Dispose()
        {
        }
    }
}
