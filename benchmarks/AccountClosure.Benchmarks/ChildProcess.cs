using System.Diagnostics;

namespace AccountClosure.Benchmarks;

/// <summary>Runs this program again in a new process.</summary>
internal static class ChildProcess
{
    /// <returns>The last line that it printed.</returns>
    public static string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("The child process did not start.");
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.TrimEnd().Split('\n')[^1]
            : throw new InvalidOperationException($"The child process ended with {process.ExitCode}.");
    }

    /// <summary>Returns the peak memory of this process, in MiB.</summary>
    public static long PeakMemory()
    {
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64 / (1024 * 1024);
    }
}
