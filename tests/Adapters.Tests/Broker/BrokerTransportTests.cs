using System.Net;
using System.Net.Sockets;
using System.Text;
using AccountClosure.Broker;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AccountClosure.Adapters.Tests.Broker;

/// <summary>Tests over real sockets: the HTTP handler must not break the guarantees of the client.</summary>
public sealed class BrokerTransportTests
{
    [Theory]
    [InlineData("close")]
    [InlineData("orders")]
    public async Task A_change_is_not_sent_again_when_a_pooled_connection_ends_before_the_answer(string change)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var end = new CancellationTokenSource();
        var changes = 0;
        var serving = Task.Run(async () =>
        {
            while (true)
            {
                using var connection = await listener.AcceptTcpClientAsync(end.Token);
                while (await ReadRequestAsync(connection) is { } request)
                {
                    if (!request.StartsWith("GET", StringComparison.Ordinal))
                    {
                        changes++;
                        break;
                    }

                    await connection.GetStream().WriteAsync(
                        "HTTP/1.1 200 OK\r\nContent-Length: 28\r\n\r\n{\"id\":\"a\",\"status\":\"ACTIVE\"}"u8.ToArray());
                }
            }
        });
        using var transport = BrokerTransport.OverNetwork();
        using var broker = Client(transport, ((IPEndPoint)listener.LocalEndpoint).Port);
        await broker.GetAccountAsync("a");

        var failure = await Should.ThrowAsync<BrokerException>(
            () => change == "close" ? broker.CloseAccountAsync("a") : broker.CancelAllOrdersAsync("a"));

        failure.Kind.ShouldBe(BrokerErrorKind.InDoubt);
        changes.ShouldBe(1);
        await end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(serving);
    }

    [Fact]
    public async Task A_refused_connection_is_known_to_have_had_no_effect()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var transport = BrokerTransport.OverNetwork();
        using var broker = Client(transport, port);

        (await Should.ThrowAsync<BrokerException>(() => broker.CloseAccountAsync("a"))).Kind.ShouldBe(BrokerErrorKind.Unavailable);
    }

    private static AlpacaBroker Client(BrokerTransport transport, int port)
    {
        var settings = new BrokerOptions { BaseUrl = $"http://127.0.0.1:{port}", ApiKey = "key", ApiSecret = "secret" };
        return new AlpacaBroker(
            transport, Options.Create(settings), new BrokerRateLimiter(settings, TimeProvider.System), new Jitter(1), TimeProvider.System,
            NullLogger<AlpacaBroker>.Instance);
    }

    /// <summary>The head of one request without a body; null if the client has ended the connection.</summary>
    private static async Task<string?> ReadRequestAsync(TcpClient connection)
    {
        var head = new StringBuilder();
        var buffer = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await connection.GetStream().ReadAsync(buffer) == 0)
                return null;
            head.Append((char)buffer[0]);
        }

        return head.ToString();
    }
}
