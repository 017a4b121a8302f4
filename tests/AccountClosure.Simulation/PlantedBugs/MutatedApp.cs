using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace AccountClosure.Simulation.PlantedBugs;

/// <summary>The simulation with a bug compiled into the app: a folder of its own, run as a process of its own.</summary>
internal sealed partial class MutatedApp : IDisposable
{
    private static readonly string Here = AppContext.BaseDirectory;

    private readonly string _folder = Directory.CreateTempSubdirectory("planted-bug-").FullName;

    /// <exception cref="InvalidOperationException">The code is no more what it was when the bug was written, or does not compile.</exception>
    public MutatedApp(PlantedBug bug)
    {
        foreach (string file in Directory.EnumerateFiles(Here).Where(file => !file.EndsWith(".pdb", StringComparison.Ordinal)))
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        foreach (string subfolder in Directory.EnumerateDirectories(Here))
            Directory.CreateSymbolicLink(Path.Combine(_folder, Path.GetFileName(subfolder)), subfolder);
        Compile(bug);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <returns>What the simulation prints, and whether it broke a promise.</returns>
    public (string Output, bool Found) Simulate(int seeds)
    {
        (string output, int exitCode) = Start("dotnet", _folder, Path.Combine(_folder, "AccountClosure.Simulation.dll"), "--simulate", seeds.ToString(CultureInfo.InvariantCulture));
        return exitCode is 0 or 1 ? (output, exitCode == 1) : throw new InvalidOperationException($"The simulation ended with {exitCode}: {output}");
    }

    private void Compile(PlantedBug bug)
    {
        Dictionary<string, string> replaced = new(StringComparer.Ordinal);
        string root = Root();
        foreach (IGrouping<string, Edit> edits in bug.Edits.GroupBy(edit => edit.File))
        {
            string source = File.ReadAllText(Path.Combine(root, edits.Key));
            foreach (Edit edit in edits)
                source = Apply(edit, source);
            string mutated = Path.Combine(_folder, Path.GetFileName(edits.Key));
            File.WriteAllText(mutated, source);
            replaced.Add(edits.Key, mutated);
        }

        IEnumerable<string> arguments = File.ReadLines(Path.Combine(Here, "AccountClosure.rsp"))
            .Where(argument => !NotForMutants().IsMatch(argument))
            .Select(argument => replaced.GetValueOrDefault(argument, argument))
            .Concat(Resources())
            .Append($"/out:{Path.Combine(_folder, "AccountClosure.dll")}");
        string response = Path.Combine(_folder, "mutant.rsp");
        File.WriteAllLines(response, arguments);
        string compiler = File.ReadAllText(Path.Combine(Here, "Compiler.path")).Trim();
        (string output, int exitCode) = Start("dotnet", root, "exec", compiler, "/noconfig", "@" + response);
        if (exitCode != 0)
            throw new InvalidOperationException($"The bug '{bug.Name}' does not compile: {output}");
    }

    /// <summary>The app's own embedded files, as it was built with them.</summary>
    private IEnumerable<string> Resources()
    {
        Assembly app = typeof(ServiceRegistration).Assembly;
        foreach (string name in app.GetManifestResourceNames())
        {
            string file = Path.Combine(_folder, name);
            using Stream resource = app.GetManifestResourceStream(name)!;
            using FileStream copy = File.Create(file);
            resource.CopyTo(copy);
            yield return $"/resource:{file},{name}";
        }
    }

    private static string Apply(Edit edit, string source)
    {
        int at = source.IndexOf(edit.Find, StringComparison.Ordinal);
        if (at < 0 || source.IndexOf(edit.Find, at + 1, StringComparison.Ordinal) >= 0)
            throw new InvalidOperationException($"{edit.File} has changed: '{edit.Find}' must be in it once for the bug to be planted. Plant it anew.");
        return string.Concat(source.AsSpan(0, at), edit.Replace, source.AsSpan(at + edit.Find.Length));
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(Here);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AccountClosure.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The sources are not there.");
    }

    private static (string Output, int ExitCode) Start(string program, string folder, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, UseShellExecute = false };
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output, process.ExitCode);
    }

    // Where the build puts its results, and what judges style: a bug is compiled for itself alone.
    [GeneratedRegex(@"^/(out|refout|doc|noconfig|warnaserror|additionalfile|debug)|^/analyzer:.*(Analyzers|CodeStyle|Meziantou|Threading)")]
    private static partial Regex NotForMutants();
}
