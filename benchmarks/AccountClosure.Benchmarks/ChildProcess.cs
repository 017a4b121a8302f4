using System.Diagnostics;

namespace AccountClosure.Benchmarks;

/// <summary>This program once more, in a fresh process.</summary>
internal static class ChildProcess
{
    /// <returns>The last line that it printed.</returns>
    public static string Run(params string[] arguments)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("The child process did not start.");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.TrimEnd().Split('\n')[^1]
            : throw new InvalidOperationException($"The child process ended with {process.ExitCode}.");
    }

    /// <summary>The most memory that this process has had, in MiB.</summary>
    public static long PeakMemory()
    {
        using Process self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64 / (1024 * 1024);
    }
}
