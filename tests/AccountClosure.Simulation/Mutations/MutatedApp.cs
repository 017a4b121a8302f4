using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using System.Text.RegularExpressions;

namespace AccountClosure.Simulation.Mutations;

/// <summary>
/// The app with every mutation of a list compiled into it, and the simulation of that app, loaded beside the shipped ones. At most one
/// mutation is active at a time.
/// </summary>
public abstract partial class MutatedApp : IDisposable
{
    private const string Switch =
        """
        public static class Planted
        {
            public static string? Bug;

            public static T But<T>(this T value, bool isPlanted, System.Func<T, T> change) => isPlanted ? change(value) : value;
        }
        """;

    private static readonly string Here = AppContext.BaseDirectory;

    private readonly string _folder = Directory.CreateTempSubdirectory("mutated-app-").FullName;
    private readonly AssemblyLoadContext _beside;
    private readonly FieldInfo _bug;
    private readonly MethodInfo _simulate;

    /// <exception cref="InvalidOperationException">
    /// The code has changed since a mutation was written, or does not compile.
    /// </exception>
    private protected MutatedApp(IReadOnlyList<Mutation> mutations)
    {
        Compile(mutations);
        _beside = new Beside(AppFile);
        _bug = _beside.LoadFromAssemblyName(typeof(ServiceRegistration).Assembly.GetName())
            .GetType("Planted", throwOnError: true)!.GetField("Bug")!;
        _simulate = _beside.LoadFromAssemblyName(typeof(Program).Assembly.GetName()).GetType(typeof(Program).FullName!, throwOnError: true)!
            .GetMethod(nameof(Program.Run))!;
    }

    private string AppFile => Path.Combine(_folder, "AccountClosure.dll");

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => Directory.Delete(_folder, recursive: true);

    /// <param name="mutation">Name of the mutation; null for none.</param>
    /// <param name="seeds">Number of seeds.</param>
    /// <param name="first">First seed.</param>
    /// <returns>The output of the simulation, and what it found.</returns>
    internal (string Output, Finding? Finding) Simulate(string? mutation, int seeds, long first = 1)
    {
        using StringWriter output = new();
        object? exitCode = With(
            mutation,
            () => _simulate.Invoke(
                null,
                [
                    new[] { "--simulate", seeds.ToString(CultureInfo.InvariantCulture), "--seed",
                        first.ToString(CultureInfo.InvariantCulture) },
                    output,
                    TextWriter.Null,
                ]));
        if (exitCode is not 1)
            return ($"{output}", null);
        Match violation = Violation().Match($"{output}");
        return ($"{output}", new Finding(violation.Groups["seed"].Value, violation.Groups["invariant"].Value));
    }

    /// <param name="mutation">Name of the mutation; null for none.</param>
    /// <param name="act">Action on the app with the mutation.</param>
    private protected T With<T>(string? mutation, Func<T> act)
    {
        _bug.SetValue(null, mutation);
        // This also resolves types that are named in strings, such as those of converters.
        using AssemblyLoadContext.ContextualReflectionScope scope = _beside.EnterContextualReflection();
        return act();
    }

    /// <param name="project">Name of the project, which must have been built.</param>
    private protected Assembly LoadTests(string project) =>
        _beside.LoadFromAssemblyPath(Path.Combine(Root(), "tests", project, "bin", "Release", "net10.0", $"{project}.dll"));

    private void Compile(IReadOnlyList<Mutation> mutations)
    {
        string root = Root();
        if (Misplaced(mutations) is { Count: > 0 } misplaced)
            throw new InvalidOperationException(string.Join(Environment.NewLine, misplaced));
        Dictionary<string, string> mutated = new(StringComparer.Ordinal);
        foreach (var edits in mutations.SelectMany(mutation => mutation.Edits.Select(edit => (mutation.Name, Edit: edit)))
            .GroupBy(each => each.Edit.File))
            mutated.Add(edits.Key, Write(Path.GetFileName(edits.Key), Apply([.. edits], File.ReadAllText(Path.Combine(root, edits.Key)))));

        string response = Write("mutant.rsp", string.Join('\n', File.ReadLines(Path.Combine(Here, "AccountClosure.rsp"))
            .Where(argument => !NotForMutants().IsMatch(argument))
            .Select(argument => mutated.GetValueOrDefault(argument, argument))
            .Concat(Resources())
            .Append(Write("Planted.cs", Switch))
            .Append($"/out:{AppFile}")));
        string compiler = File.ReadAllText(Path.Combine(Here, "Compiler.path")).Trim();
        ProcessStartInfo start = new("dotnet", ["exec", compiler, "/noconfig", "@" + response])
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The mutations do not compile: {output}");
    }

    /// <summary>
    /// Applies all edits of one file. Their positions refer to the shipped text, so that no edit changes what another one finds.
    /// </summary>
    private static string Apply(IReadOnlyList<(string Name, Edit Edit)> edits, string source)
    {
        StringBuilder mutated = new();
        int copied = 0;
        foreach ((int from, int to, string text, Edit edit) in edits.Select(each => Place(each.Name, each.Edit, source))
            .OrderBy(place => place.To))
        {
            if (from < copied)
                throw new InvalidOperationException($"{edit.File}: '{edit.Find}' overlaps with another edit.");
            mutated.Append(source, copied, from - copied).Append(text);
            copied = to;
        }
        return mutated.Append(source, copied, source.Length - copied).ToString();
    }

    private static (int From, int To, string Text, Edit Edit) Place(string name, Edit edit, string source)
    {
        int at = source.IndexOf(edit.Find, StringComparison.Ordinal);
        int end = at + edit.Find.Length;
        string text = edit.Replace.Replace("PLANTED", $"(Planted.Bug == \"{name}\")", StringComparison.Ordinal);
        return (edit is Edit.Insertion ? end : at, end, text, edit);
    }

    /// <summary>One sentence for each edit whose text is not in its file exactly once.</summary>
    internal static IReadOnlyList<string> Misplaced(IEnumerable<Mutation> mutations)
    {
        string root = Root();
        return
        [
            .. from mutation in mutations
               from edit in mutation.Edits
               where File.ReadAllText(Path.Combine(root, edit.File)).Split(edit.Find).Length != 2
               select $"{edit.File} has changed: '{edit.Find}' must be in it once for '{mutation.Name}'. Write the edit anew.",
        ];
    }

    /// <summary>The embedded files that the app was built with.</summary>
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

    internal static string Root()
    {
        DirectoryInfo? folder = new(Here);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AccountClosure.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The sources are not there.");
    }

    // Leaves out the output folder of the build and the style analyzers, because a mutation is compiled alone.
    [GeneratedRegex(@"^/(out|refout|doc|noconfig|warnaserror|additionalfile|debug)|^/analyzer:.*(Analyzers|CodeStyle|Meziantou|Threading)")]
    private static partial Regex NotForMutants();

    // The violation of the lowest seed is printed last.
    [GeneratedRegex(@"^Seed (?<seed>\d+) violated an invariant\. (?<invariant>[^:]+): ", RegexOptions.Multiline | RegexOptions.RightToLeft)]
    private static partial Regex Violation();

    /// <summary>Loads the assemblies that use the app's types again, for the app with the mutations. All others are shared.</summary>
    private sealed class Beside(string app) : AssemblyLoadContext("mutated app")
    {
        protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name switch
        {
            "AccountClosure" => LoadFromAssemblyPath(app),
            { } name when name.StartsWith("AccountClosure.", StringComparison.Ordinal) =>
                LoadFromAssemblyPath(Path.Combine(Here, $"{name}.dll")),
            _ => null,
        };
    }
}

/// <summary>A finding of the simulation.</summary>
/// <param name="Invariant">The name of the invariant that the seed violates.</param>
internal sealed record Finding(string Seed, string Invariant);
