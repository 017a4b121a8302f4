using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;

namespace AccountClosure.Simulation.PlantedBugs;

/// <summary>
/// The app with every bug compiled into it, and the simulation of that app, loaded beside the shipped ones. It makes the one
/// mistake that it is told to make, or none.
/// </summary>
public sealed partial class MutatedApp : IDisposable
{
    private static readonly string Here = AppContext.BaseDirectory;

    private readonly string _folder = Directory.CreateTempSubdirectory("planted-bugs-").FullName;
    private readonly AssemblyLoadContext _beside;
    private readonly FieldInfo _bug;
    private readonly MethodInfo _simulate;

    /// <exception cref="InvalidOperationException">The code is no more what it was when a bug was written, or does not compile.</exception>
    public MutatedApp()
    {
        string app = Path.Combine(_folder, "AccountClosure.dll");
        Compile(app);
        _beside = new Beside(app);
        _bug = _beside.LoadFromAssemblyName(typeof(ServiceRegistration).Assembly.GetName()).GetType("Planted", throwOnError: true)!.GetField("Bug")!;
        _simulate = _beside.LoadFromAssemblyName(typeof(Program).Assembly.GetName()).GetType(typeof(Program).FullName!, throwOnError: true)!
            .GetMethod(nameof(Program.Run))!;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <param name="bug">The name of the mistake to make; null for none.</param>
    /// <returns>What the simulation prints, and whether it found a violated invariant.</returns>
    public (string Output, bool Found) Simulate(string? bug, int seeds)
    {
        _bug.SetValue(null, bug);
        // Types that are named in texts, such as those of converters, are to be found there too.
        using AssemblyLoadContext.ContextualReflectionScope scope = _beside.EnterContextualReflection();
        using StringWriter output = new();
        object? exitCode = _simulate.Invoke(null, [new[] { "--simulate", seeds.ToString(CultureInfo.InvariantCulture) }, output, TextWriter.Null]);
        return ($"{output}", exitCode is 1);
    }

    private void Compile(string app)
    {
        string root = Root();
        Dictionary<string, string> mutated = new(StringComparer.Ordinal);
        foreach (var edits in PlantedBug.All.SelectMany(bug => bug.Edits.Select(edit => (Bug: bug, Edit: edit))).GroupBy(each => each.Edit.File))
        {
            string source = File.ReadAllText(Path.Combine(root, edits.Key));
            foreach ((PlantedBug bug, Edit edit) in edits)
                source = Apply(bug, edit, source);
            mutated.Add(edits.Key, Write(Path.GetFileName(edits.Key), source));
        }

        string response = Write("mutant.rsp", string.Join('\n', File.ReadLines(Path.Combine(Here, "AccountClosure.rsp"))
            .Where(argument => !NotForMutants().IsMatch(argument))
            .Select(argument => mutated.GetValueOrDefault(argument, argument))
            .Concat(Resources())
            .Append(Write("Planted.cs", "public static class Planted { public static string? Bug; }"))
            .Append($"/out:{app}")));
        string compiler = File.ReadAllText(Path.Combine(Here, "Compiler.path")).Trim();
        ProcessStartInfo start = new("dotnet", ["exec", compiler, "/noconfig", "@" + response]) { WorkingDirectory = root, RedirectStandardOutput = true, UseShellExecute = false };
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The bugs do not compile: {output}");
    }

    private static string Apply(PlantedBug bug, Edit edit, string source)
    {
        int at = source.IndexOf(edit.Find, StringComparison.Ordinal);
        if (at < 0 || source.IndexOf(edit.Find, at + 1, StringComparison.Ordinal) >= 0)
            throw new InvalidOperationException($"{edit.File} has changed: '{edit.Find}' must be in it once for the bug to be planted. Plant it anew.");
        string replacement = edit.Replace.Replace("PLANTED", $"(Planted.Bug == \"{bug.Name}\")", StringComparison.Ordinal);
        return string.Concat(source.AsSpan(0, at), replacement, source.AsSpan(at + edit.Find.Length));
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

    private string Write(string name, string text)
    {
        string file = Path.Combine(_folder, name);
        File.WriteAllText(file, text);
        return file;
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(Here);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AccountClosure.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The sources are not there.");
    }

    // Where the build puts its results, and what judges style: a bug is compiled for itself alone.
    [GeneratedRegex(@"^/(out|refout|doc|noconfig|warnaserror|additionalfile|debug)|^/analyzer:.*(Analyzers|CodeStyle|Meziantou|Threading)")]
    private static partial Regex NotForMutants();

    /// <summary>Whatever knows the app's types is loaded once more, for the app with the bugs; all else is shared.</summary>
    private sealed class Beside(string app) : AssemblyLoadContext("planted bugs")
    {
        protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name switch
        {
            "AccountClosure" => LoadFromAssemblyPath(app),
            { } name when name.StartsWith("AccountClosure.", StringComparison.Ordinal) => LoadFromAssemblyPath(Path.Combine(Here, $"{name}.dll")),
            _ => null,
        };
    }
}
