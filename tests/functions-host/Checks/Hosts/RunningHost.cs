using System.Net;

namespace AccountClosure.FunctionsHost.Hosts;

/// <summary>A Functions host that the command of the checks started, and its worker.</summary>
internal sealed class RunningHost : IDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(3);

    private readonly ProcessSession _process;

    private RunningHost(ProcessSession process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public bool HasEnded => _process.HasEnded;

    /// <summary>Ids of the processes that run the app: one, or none after a kill.</summary>
    public IReadOnlyList<int> Workers => [.. _process.Members.Where(IsWorker).Select(member => member.Id)];

    /// <summary>Starts a host and waits until it serves the app.</summary>
    /// <exception cref="CheckFailedException">The host ended, or did not serve the app in three minutes.</exception>
    public static async Task<RunningHost> StartAsync(CheckOptions options, Storage storage, int port, CancellationToken cancellationToken)
    {
        string log = Path.Combine(options.WorkFolder, $"host-{port}.log");
        string[] command =
            [.. options.Command.Select(part => part.Replace(CheckOptions.PortPlaceholder, $"{port}", StringComparison.Ordinal))];
        Uri address = new($"http://127.0.0.1:{port}/");
        var host = new RunningHost(
            ProcessSession.Start(command, options.AppFolder, HostSettings.For(options, storage, port), log), address);
        try
        {
            await host.ServeAsync(log, cancellationToken);
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>SIGKILL for the host alone. Its worker continues.</summary>
    /// <returns>Ids of the workers that it leaves behind.</returns>
    public IReadOnlyList<int> KillHost()
    {
        var members = _process.Members;
        foreach (var member in members.Where(member => !IsWorker(member)))
            ProcessSession.Send("KILL", member.Id);
        return [.. members.Where(IsWorker).Select(member => member.Id)];
    }

    /// <summary>SIGKILL for the worker only.</summary>
    public void KillWorker()
    {
        foreach (int worker in Workers)
            ProcessSession.Send("KILL", worker);
    }

    /// <summary>SIGINT for the host, which then ends its worker. It does not end on SIGTERM; see <c>docs/host-settings.md</c>.</summary>
    public void AskToEnd()
    {
        foreach (var member in _process.Members.Where(member => !IsWorker(member)))
            ProcessSession.Send("INT", member.Id);
    }

    /// <summary>Whether host and worker have ended.</summary>
    public bool IsGone => _process.Members.Count == 0;

    /// <summary>SIGKILL for host and worker.</summary>
    public void Dispose() => _process.Dispose();

    private async Task ServeAsync(string log, CancellationToken cancellationToken)
    {
        using HttpClient http = new() { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
        bool isReady = await Wait.Until(
            async () => HasEnded || await IsServingAsync(http, cancellationToken), StartTimeout, cancellationToken);
        CheckFailedException.Require(
            isReady && !HasEnded, $"the Functions host {(HasEnded ? "ended" : "did not serve the app in time")}; its output is in {log}.");
    }

    private static bool IsWorker(ProcessEntry member) =>
        member.Command.Contains("--functions-worker-id", StringComparison.Ordinal)
        || member.Command.Contains("--workerId", StringComparison.Ordinal);

    private static async Task<bool> IsServingAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await http.GetAsync(new Uri("api/health", UriKind.Relative), cancellationToken);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception notYet) when (notYet is HttpRequestException
            || (notYet is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
