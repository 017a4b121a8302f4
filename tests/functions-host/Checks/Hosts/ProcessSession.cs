using System.ComponentModel;
using System.Diagnostics;

namespace AccountClosure.FunctionsHost.Hosts;

/// <summary>
/// A command that runs in a session of its own (Linux). The session finds the command's descendants even after their parent was killed.
/// </summary>
internal sealed class ProcessSession : IDisposable
{
    private readonly Process _leader;

    private ProcessSession(Process leader) => _leader = leader;

    /// <summary>The command's own process.</summary>
    public int Id => _leader.Id;

    public bool HasEnded => _leader.HasExited;

    /// <param name="command">The program and its arguments.</param>
    /// <param name="folder">Its working directory.</param>
    /// <param name="environment">Added to the environment of this process.</param>
    /// <param name="log">The file that its output is appended to.</param>
    /// <exception cref="CheckFailedException">The program cannot be started.</exception>
    public static ProcessSession Start(
        IReadOnlyList<string> command, string folder, IEnumerable<KeyValuePair<string, string>> environment, string log)
    {
        // A shell redirects the output to the file: a pipe would break when this process ends, and end the command with it.
        ProcessStartInfo start = new("setsid") { WorkingDirectory = folder, UseShellExecute = false };
        foreach (string argument in (string[])[
            "bash", "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "host", log, .. command])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        try
        {
            return new ProcessSession(Process.Start(start)!);
        }
        catch (Win32Exception problem)
        {
            throw new CheckFailedException($"setsid (of util-linux) could not be started: {problem.Message}.", problem);
        }
    }

    /// <summary>All living processes of the session.</summary>
    public IReadOnlyList<ProcessEntry> Members => [.. ProcessEntry.All().Where(entry => entry.Session == Id)];

    /// <summary>SIGKILL for all processes of the session.</summary>
    public void Dispose()
    {
        Send("KILL", [.. Members.Select(member => member.Id)]);
        _leader.Dispose();
    }

    public static void Send(string signal, params IReadOnlyList<int> processes)
    {
        if (processes.Count == 0)
            return;
        ProcessStartInfo start = new("kill") { UseShellExecute = false, RedirectStandardError = true };
        start.ArgumentList.Add("-" + signal);
        foreach (int process in processes)
            start.ArgumentList.Add(process.ToString());
        using Process kill = Process.Start(start)!;
        kill.WaitForExit();
    }
}

/// <summary>A process as <c>/proc</c> shows it.</summary>
/// <param name="Command">Its command line.</param>
internal sealed record ProcessEntry(int Id, int Session, string Command)
{
    public static IEnumerable<ProcessEntry> All()
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out int id) && Read(folder, id) is { } entry)
                yield return entry;
        }
    }

    /// <returns>Null when the process has ended.</returns>
    private static ProcessEntry? Read(string folder, int id)
    {
        try
        {
            // "id (name) state parent group session …"; the name may contain spaces and parentheses.
            string stat = File.ReadAllText(Path.Combine(folder, "stat"));
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            bool isZombie = fields[0] == "Z";
            return isZombie
                ? null
                : new ProcessEntry(id, int.Parse(fields[3]), File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' '));
        }
        catch (Exception ended) when (ended is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
