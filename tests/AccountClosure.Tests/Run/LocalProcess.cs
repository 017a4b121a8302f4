using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AccountClosure.Tests.Run;

/// <summary>The program of <c>./run</c> as a process of its own, with a data folder that outlives it.</summary>
internal sealed class LocalProcess : IDisposable
{
    /// <summary>Real time, for anything a loaded machine may take; nothing is measured by it.</summary>
    // Below the ephemeral ports of Linux, and elsewhere for every process that runs tests.
    private static int s_lastPort = 20_000 + (Environment.ProcessId % 1_000 * 10);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private LocalProcess(Process process, int port)
    {
        _process = process;
        Port = port;
        process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Port { get; }

    public string Output => Read(_output);

    public string Errors => Read(_errors);

    /// <summary>Starts the program on two free ports and waits until it serves.</summary>
    public static async Task<LocalProcess> ServeAsync(string dataFolder, params string[] arguments)
    {
        var process = Start(FreePort(), ["--data", dataFolder, .. arguments]);
        await process.UntilServingAsync();
        return process;
    }

    /// <summary>Waits until it answers.</summary>
    public async Task UntilServingAsync()
    {
        using var http = new HttpClient();
        await UntilAsync(async () =>
        {
            try
            {
                using var answer = await http.GetAsync($"http://localhost:{Port}/api/health");
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
                return false;
            }
        });
    }

    public static LocalProcess Start(int port, params string[] arguments) => Start(port, new Dictionary<string, string?>(), arguments);

    /// <param name="environment">Of the process, besides what it inherits.</param>
    public static LocalProcess Start(int port, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "AccountClosure.Embedded.Local.dll"), "--port", $"{port}", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new LocalProcess(new Process { StartInfo = start }, port);
    }

    /// <summary>
    /// A port that is free, with the next one free too. It is taken only seconds later, so it is none that the system gives to
    /// connections meanwhile, nor one that another test was given.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Interlocked.Add(ref s_lastPort, 2);
            try
            {
                using var first = new TcpListener(IPAddress.Loopback, port);
                using var second = new TcpListener(IPAddress.Loopback, port + 1);
                first.Start();
                second.Start();
                return port;
            }
            catch (SocketException)
            {
                // One of the two is taken: the next two.
            }
        }
    }

    /// <summary>SIGKILL: it gets no chance to do anything.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await EndAsync();
    }

    /// <summary>SIGINT, as by Ctrl-C.</summary>
    public async Task<int> InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-INT", $"{_process.Id}"]);
        return await EndAsync();
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Asks again and again; an error with all that the process wrote when it takes too long or the process ends.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        while (!await condition())
        {
            if (_process.HasExited || limit.IsCancellationRequested)
                throw new InvalidOperationException($"It has not happened. The process {(_process.HasExited ? "has ended" : "runs")}.\n{Output}\n{Errors}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private static void Keep(StringBuilder lines, string? line)
    {
        lock (lines)
            lines.AppendLine(line);
    }

    private static string Read(StringBuilder lines)
    {
        lock (lines)
            return lines.ToString().Trim();
    }
}
