namespace AccountClosure.Broker;

/// <summary>
/// What carries the requests to the broker. It is a registered service of its own so that a host in the same process can put
/// the simulator's handler in its place.
/// </summary>
public sealed class BrokerTransport(HttpMessageHandler handler) : IDisposable
{
    public HttpMessageHandler Handler { get; } = handler;

    /// <summary>Over the network. Connections are renewed now and then, so that a changed DNS record is noticed.</summary>
    public static BrokerTransport OverNetwork() => new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        // A redirected POST would be sent twice, and the keys would go to another address.
        AllowAutoRedirect = false,
        UseCookies = false,
    });

    public void Dispose() => Handler.Dispose();
}
