using System.Runtime.InteropServices;
using AccountClosure.Closure;
using AccountClosure.Embedded.Local.Example;
using AccountClosure.Records;
using AccountClosure.Simulator;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AccountClosure.Embedded.Local;

/// <summary>Runs the program, from the options to the exit code.</summary>
public static class LocalProgram
{
    private const int Success = 0;
    private const int Failure = 1;

    public static async Task<int> RunAsync(LocalOptions options, Terminal terminal, TextWriter errors)
    {
        using var end = new CancellationTokenSource();
        using var interrupt = OnFirst(PosixSignal.SIGINT, end);
        using var terminate = OnFirst(PosixSignal.SIGTERM, end);
        try
        {
            using var data = DataFolder.Open(options.DataFolder);
            await using var server = await LocalServer.StartAsync(options, data, end.Token);
            var welcome = new Welcome(terminal, options, data, server.Key);
            welcome.Show(server.Clock.GetUtcNow());
            var work = WorkAsync(options, data, server, welcome, terminal, end.Token);
            if (await Task.WhenAny(work, server.Faulted) != work)
                throw new LocalException($"the durable store no longer accepts changes: {(await server.Faulted).Message}");
            var exitCode = await work;
            await server.StopAsync();
            return exitCode;
        }
        catch (LocalException failure)
        {
            await errors.WriteLineAsync($"run: {failure.Message}");
            return Failure;
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return Success;
        }
    }

    private static async Task<int> WorkAsync(
        LocalOptions options, DataFolder data, LocalServer server, Welcome welcome, Terminal terminal, CancellationToken end)
    {
        var ended = Success;
        try
        {
            if (options.Example)
                ended = await CloseExampleAsync(options, data, server, terminal, end) ? Success : Failure;
            if (options.Once)
                return ended;

            server.Started();
            welcome.ShowHowToUse();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, end);
            return Success;
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            terminal.Line("Stopping. The next start with the same data folder continues a closure in flight.");
            // With --once, an interrupted closure is a failure.
            return options.Once ? Failure : Success;
        }
    }

    private static async Task<bool> CloseExampleAsync(
        LocalOptions options, DataFolder data, LocalServer server, Terminal terminal, CancellationToken end)
    {
        using var functions = Client(options.Port);
        functions.DefaultRequestHeaders.Add("x-functions-key", server.Key);
        using var simulator = Client(options.Port + 1);
        var example = new ExampleRun(
            data,
            new SimulatorClient(simulator),
            new ExampleClosures(functions, server.Key),
            server.Services.GetRequiredService<ITransferLedger>(),
            server.Services.GetRequiredService<IOptions<ClosurePolicy>>().Value,
            server.Clock,
            terminal);
        var holdings = options.ExampleCash is { } cash ? new NewAccount { Cash = cash.Dollars } : ExampleHoldings.Usual;
        return (await example.RunAsync(holdings, untilReview: options.Once, server.Started, end)).Count == 0;
    }

    private static HttpClient Client(int port) => new()
    {
        BaseAddress = new Uri($"http://localhost:{port}/"),
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Makes the first signal request a stop. The system handles the next one and ends the process.</summary>
    private static PosixSignalRegistration OnFirst(PosixSignal signal, CancellationTokenSource end) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = !end.IsCancellationRequested;
            end.Cancel();
        });
}
