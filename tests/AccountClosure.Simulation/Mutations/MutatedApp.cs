using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using System.Text.RegularExpressions;

namespace AccountClosure.Simulation.Mutations;

/// <summary>
/// The app with every mutation of a list compiled into it, and the simulation of that app, loaded beside the shipped ones. It has the
/// one that it is told to have, or none.
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
    /// The code is no longer what it was when a mutation was written, or does not compile.
    /// </exception>
    private protected MutatedApp(IReadOnlyList<Mutation> mutations)
    {
        Compile(mutations);
        _beside = new Beside(AppFile);
        _bug = _beside.LoadFromAssemblyName(typeof(ServiceRegistration).Assembly.GetName()).GetType("Planted", throwOnError: true)!.GetField("Bug")!;
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

    /// <param name="mutation">Its name; null for none.</param>
    /// <param name="seeds">How many.</param>
    /// <param name="first">The first one.</param>
    /// <returns>What the simulation prints, and what it found.</returns>
    internal (string Output, Finding? Finding) Simulate(string? mutation, int seeds, long first = 1)
    {
        using StringWriter output = new();
        object? exitCode = With(
            mutation,
            () => _simulate.Invoke(
                null,
                [
                    new[] { "--simulate", seeds.ToString(CultureInfo.InvariantCulture), "--seed", first.ToString(CultureInfo.InvariantCulture) },
                    output,
                    TextWriter.Null,
                ]));
        if (exitCode is not 1)
            return ($"{output}", null);
        Match violation = Violation().Match($"{output}");
        return ($"{output}", new Finding(violation.Groups["seed"].Value, violation.Groups["invariant"].Value));
    }

    /// <param name="mutation">Its name; null for none.</param>
    /// <param name="act">What is done with the app that has it.</param>
    private protected T With<T>(string? mutation, Func<T> act)
    {
        _bug.SetValue(null, mutation);
        // Types that are named in texts, such as those of converters, are to be found there too.
        using AssemblyLoadContext.ContextualReflectionScope scope = _beside.EnterContextualReflection();
        return act();
    }

    /// <param name="project">Its name; it must have been built.</param>
    private protected Assembly LoadTests(string project) =>
        _beside.LoadFromAssemblyPath(Path.Combine(Root(), "tests", project, "bin", "Release", "net10.0", $"{project}.dll"));

    private void Compile(IReadOnlyList<Mutation> mutations)
    {
        string root = Root();
        if (Misplaced(mutations) is { Count: > 0 } misplaced)
            throw new InvalidOperationException(string.Join(Environment.NewLine, misplaced));
        Dictionary<string, string> mutated = new(StringComparer.Ordinal);
        foreach (var edits in mutations.SelectMany(mutation => mutation.Edits.Select(edit => (mutation.Name, Edit: edit))).GroupBy(each => each.Edit.File))
            mutated.Add(edits.Key, Write(Path.GetFileName(edits.Key), Apply([.. edits], File.ReadAllText(Path.Combine(root, edits.Key)))));

        string response = Write("mutant.rsp", string.Join('\n', File.ReadLines(Path.Combine(Here, "AccountClosure.rsp"))
            .Where(argument => !NotForMutants().IsMatch(argument))
            .Select(argument => mutated.GetValueOrDefault(argument, argument))
            .Concat(Resources())
            .Append(Write("Planted.cs", Switch))
            .Append($"/out:{AppFile}")));
        string compiler = File.ReadAllText(Path.Combine(Here, "Compiler.path")).Trim();
        ProcessStartInfo start = new("dotnet", ["exec", compiler, "/noconfig", "@" + response]) { WorkingDirectory = root, RedirectStandardOutput = true, UseShellExecute = false };
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The mutations do not compile: {output}");
    }

    /// <summary>
    /// All edits of one file. Their places are those in the shipped text, so that no edit changes what another one finds.
    /// </summary>
    private static string Apply(IReadOnlyList<(string Name, Edit Edit)> edits, string source)
    {
        StringBuilder mutated = new();
        int copied = 0;
        foreach ((int from, int to, string text, Edit edit) in edits.Select(each => Place(each.Name, each.Edit, source)).OrderBy(place => place.To))
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

    /// <summary>A sentence for each edit whose text is not in its file, or more than once.</summary>
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

    internal static string Root()
    {
        DirectoryInfo? folder = new(Here);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AccountClosure.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The sources are not there.");
    }

    // Where the build puts its results, and what judges style: a mutation is compiled for itself alone.
    [GeneratedRegex(@"^/(out|refout|doc|noconfig|warnaserror|additionalfile|debug)|^/analyzer:.*(Analyzers|CodeStyle|Meziantou|Threading)")]
    private static partial Regex NotForMutants();

    // The last one that is printed is that of the lowest seed.
    [GeneratedRegex(@"^Seed (?<seed>\d+) violated an invariant\. (?<invariant>[^:]+): ", RegexOptions.Multiline | RegexOptions.RightToLeft)]
    private static partial Regex Violation();

    /// <summary>Whatever knows the app's types is loaded once more, for the app with the mutations; all else is shared.</summary>
    private sealed class Beside(string app) : AssemblyLoadContext("mutated app")
    {
        protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name switch
        {
            "AccountClosure" => LoadFromAssemblyPath(app),
            { } name when name.StartsWith("AccountClosure.", StringComparison.Ordinal) => LoadFromAssemblyPath(Path.Combine(Here, $"{name}.dll")),
            _ => null,
        };
    }
}

/// <summary>What the simulation found.</summary>
/// <param name="Invariant">The name of the invariant that the seed violates.</param>
internal sealed record Finding(string Seed, string Invariant);
