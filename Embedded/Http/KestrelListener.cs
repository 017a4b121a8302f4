using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccountClosure.Embedded.Http;

/// <summary>Listens on a port of 127.0.0.1, so that only this machine can send requests.</summary>
public sealed class KestrelListener : IHttpApplication<HttpContext>, IDisposable
{
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(30);

    private readonly RequestDelegate _handle;
    private readonly KestrelServer _server;

    /// <param name="handle">Limits the size of a body itself, so that requests without a socket get the same answer.</param>
    /// <param name="port">0 takes a free port.</param>
    public KestrelListener(RequestDelegate handle, int port, ILoggerFactory loggers)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, Limits = { MaxRequestBodySize = null } };
        options.Listen(IPAddress.Loopback, port);
        _handle = handle;
        _server = new KestrelServer(
            Options.Create(options), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers), loggers);
    }

    /// <summary>Address with the actual port; null before the start.</summary>
    public Uri? Address { get; private set; }

    public async Task StartAsync(CancellationToken cancellation)
    {
        await _server.StartAsync(this, cancellation);
        Address = new Uri(_server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
    }

    /// <summary>Waits for running requests, and aborts them after 30 seconds of real time or when cancelled.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(LongestStop);
        await _server.StopAsync(limit.Token);
    }

    public void Dispose() => _server.Dispose();

    HttpContext IHttpApplication<HttpContext>.CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    Task IHttpApplication<HttpContext>.ProcessRequestAsync(HttpContext context) => _handle(context);

    void IHttpApplication<HttpContext>.DisposeContext(HttpContext context, Exception? exception)
    {
    }
}
