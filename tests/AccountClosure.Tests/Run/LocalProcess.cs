using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AccountClosure.Tests.Run;

/// <summary>Runs the program of <c>./run</c> as a separate process, with a data folder that outlives the process.</summary>
internal sealed class LocalProcess : IDisposable
{
    /// <summary>Longest wait in real time on a loaded machine. No test measures anything with it.</summary>
    // Below the ephemeral ports of Linux, and different for every process that runs tests.
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

    /// <summary>Starts the program on two free ports and waits until it serves requests.</summary>
    public static async Task<LocalProcess> ServeAsync(string dataFolder, params string[] arguments)
    {
        var process = Start(FreePort(), ["--data", dataFolder, .. arguments]);
        await process.UntilServingAsync();
        return process;
    }

    /// <summary>Waits until the process answers.</summary>
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
                // The process does not listen yet.
                return false;
            }
        });
    }

    public static LocalProcess Start(int port, params string[] arguments) => Start(port, new Dictionary<string, string?>(), arguments);

    /// <param name="environment">Environment variables that are added to the inherited ones.</param>
    public static LocalProcess Start(int port, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "AccountClosure.Embedded.Local.dll"), "--port", $"{port}", .. arguments])
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
    /// Finds two consecutive free ports. The process opens them seconds later, so they are ports that neither the system gives to
    /// connections meanwhile nor another test uses.
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
                // One of the two is in use, so the next two are tried.
            }
        }
    }

    /// <summary>Sends SIGKILL, so the process cannot do anything more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await EndAsync();
    }

    /// <summary>Sends SIGINT, as Ctrl-C does.</summary>
    public async Task<int> InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-INT", $"{_process.Id}"]);
        return await EndAsync();
    }

    /// <summary>Waits until the process ends.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Repeats a request. Fails with the output of the process when it takes too long or the process ends.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        while (!await condition())
        {
            if (_process.HasExited || limit.IsCancellationRequested)
                throw new InvalidOperationException(
                    $"It has not happened. The process {(_process.HasExited ? "has ended" : "runs")}.\n{Output}\n{Errors}");
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
