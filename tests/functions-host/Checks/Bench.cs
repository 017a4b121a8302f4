using System.Security.Cryptography;
using AccountClosure.FunctionsHost.Hosts;
using AccountClosure.Simulator;

namespace AccountClosure.FunctionsHost;

/// <summary>What all scenarios share: storage, the simulated broker on the real clock, and the Functions hosts that run now.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private static readonly TimeSpan TransferTime = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(2);

    private readonly CheckOptions _options;
    private readonly Storage _storage;
    private readonly List<RunningHost> _hosts = [];

    private Bench(CheckOptions options, Storage storage, BrokerSimulator broker, string functionKey)
    {
        _options = options;
        _storage = storage;
        Broker = broker;
        FunctionKey = functionKey;
    }

    public CheckOptions Options => _options;

    public BrokerSimulator Broker { get; }

    public string FunctionKey { get; }

    /// <exception cref="CheckFailedException">A port is in use, or Azurite does not start.</exception>
    public static async Task<Bench> StartAsync(CheckOptions options, CancellationToken cancellationToken)
    {
        foreach (int port in options.Ports.Where(Storage.IsListening))
            throw new CheckFailedException($"port {port} is in use; choose with --port the first of eight free ports.");
        var storage = await Storage.StartAsync(options, cancellationToken);
        BrokerSimulator broker = new(new SimulatorOptions
        {
            TransferDuration = TransferTime,
            CloseDelay = CloseTime,
            RateLimitPerMinute = 0,
            // The broker's 24 hours cannot be shortened, so its limit is out of reach; Kinds compares the times of the transfers instead.
            DailyTransferLimit = 1_000_000m,
        });
        var bench = new Bench(options, storage, broker, RandomNumberGenerator.GetHexString(40, lowercase: true));
        try
        {
            await broker.StartAsync(options.SimulatorPort);
            await storage.WriteHostKeysAsync(HostSettings.HostId, bench.FunctionKey, cancellationToken);
            return bench;
        }
        catch
        {
            await bench.DisposeAsync();
            throw;
        }
    }

    /// <summary>The first of the running hosts; started when none runs.</summary>
    public async Task<RunningHost> HostAsync(CancellationToken cancellationToken) =>
        _hosts.Count > 0 ? _hosts[0] : await StartHostAsync(_options.Port, cancellationToken);

    public Task<RunningHost> StartSecondHostAsync(CancellationToken cancellationToken) =>
        StartHostAsync(_options.SecondPort, cancellationToken);

    /// <summary>
    /// Starts a host in place of one that was stopped or killed. A worker that it left behind is killed only when the new host serves.
    /// </summary>
    public async Task<RunningHost> ReplaceAsync(RunningHost ended, CancellationToken cancellationToken)
    {
        _hosts.Remove(ended);
        RunningHost next = await StartHostAsync(_options.Port, cancellationToken);
        ended.Dispose();
        return next;
    }

    /// <summary>Kills the host and its worker.</summary>
    public void End(RunningHost host)
    {
        host.Dispose();
        _hosts.Remove(host);
    }

    public ClosureApi Api(RunningHost host) => new(host.Address, FunctionKey);

    public async ValueTask DisposeAsync()
    {
        foreach (RunningHost host in _hosts)
            host.Dispose();
        await Broker.DisposeAsync();
        _storage.Dispose();
    }

    private async Task<RunningHost> StartHostAsync(int port, CancellationToken cancellationToken)
    {
        var host = await RunningHost.StartAsync(_options, _storage, port, cancellationToken);
        _hosts.Add(host);
        return host;
    }
}
