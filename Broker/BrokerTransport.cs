namespace AccountClosure.Broker;

/// <summary>
/// HTTP transport to the broker. It is a separate registered service, so that a host in the same process can replace it with the
/// simulator's handler.
/// </summary>
public sealed class BrokerTransport(HttpMessageHandler handler) : IDisposable
{
    public HttpMessageHandler Handler { get; } = handler;

    /// <summary>Creates the transport over the network. It renews connections every five minutes, to notice a changed DNS record.</summary>
    public static BrokerTransport OverNetwork() => new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        // A redirect would send a POST twice, and the keys to another address.
        AllowAutoRedirect = false,
        UseCookies = false,
    });

    public void Dispose() => Handler.Dispose();
}
