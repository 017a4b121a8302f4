using AccountClosure.Broker;
using AccountClosure.Embedded.Engine.Time;
using Microsoft.Extensions.Options;

namespace AccountClosure.Adapters.Tests.Broker;

/// <summary>The real client with a scripted broker, in virtual time.</summary>
public abstract class BrokerTestBase : IDisposable
{
    protected const string Account = "0d18ae51-3c94-4511-b209-101e1666416b";

    private protected VirtualTimeProvider Clock { get; } = new(VirtualTime.Start);

    private protected ScriptedBroker Wire { get; }

    private protected RecordingLogger<AlpacaBroker> Log { get; } = new();

    private protected BrokerOptions Settings { get; } = new()
    {
        BaseUrl = "https://broker.example/",
        ApiKey = "key-of-the-firm",
        ApiSecret = "secret-of-the-firm",
        MaxRequestsPerSecond = 1000,
        RequestBurst = 1000,
        JitterSeed = 7,
    };

    protected BrokerTestBase() => Wire = new ScriptedBroker(Clock);

    public void Dispose()
    {
        Wire.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected AlpacaBroker CreateClient() => new(
        new BrokerTransport(Wire), Options.Create(Settings), new BrokerRateLimiter(Settings, Clock), new Jitter(7), Clock, Log);

    private protected T Run<T>(Func<IBroker, Task<T>> call)
    {
        using var client = CreateClient();
        return VirtualTime.Run(Clock, () => call(client));
    }

    private protected void Run(Func<IBroker, Task> call) => Run(async broker =>
    {
        await call(broker);
        return true;
    });

    private protected BrokerException RunFails(Func<IBroker, Task> call) => Should.Throw<BrokerException>(() => Run(call));
}
