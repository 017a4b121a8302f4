using System.Diagnostics;
using System.Xml.Linq;

namespace AccountClosure.Simulation.Mutations;

/// <summary>
/// The tests of one project, run against the mutated app: a copy of the project's output with the app's assembly replaced.
/// </summary>
internal sealed class TestsOfMutant : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string _project;
    private readonly (string Area, string Filter)[] _parts;
    private readonly string _folder;
    private readonly Lazy<IReadOnlyList<string>> _baseline;

    /// <param name="project">Its name; it must have been built.</param>
    /// <param name="app">The mutated app's assembly.</param>
    /// <param name="parts">Which of its tests run, in this order, for a mutation in which folder of the app.</param>
    public TestsOfMutant(string project, string app, params (string Area, string Filter)[] parts)
    {
        _project = project;
        _parts = parts;
        // Beside the output itself: some tests find the repository from there.
        string output = Path.Combine(MutatedApp.Root(), "tests", project, "bin", "Release", "net10.0");
        _folder = Path.Combine(Path.GetDirectoryName(output)!, "mutated");
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        foreach (string file in Directory.EnumerateFiles(output, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(_folder, Path.GetRelativePath(output, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.GetFileName(file) == Path.GetFileName(app) ? app : file, copy);
        }
        _baseline = new(() => [.. parts.SelectMany(part => Run(part.Filter, mutation: null))]);
    }

    /// <summary>The tests that fail without a mutation.</summary>
    public IReadOnlyList<string> Baseline => _baseline.Value;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <returns>The name of a test that fails because of the mutation; null when there is none.</returns>
    public string? FirstFailure(Mutation mutation) => _parts
        .Where(part => mutation.Edits.Any(edit => edit.File.StartsWith(part.Area, StringComparison.Ordinal)))
        .SelectMany(part => Run(part.Filter, mutation.Name).Except(Baseline, StringComparer.Ordinal))
        .FirstOrDefault();

    private IReadOnlyList<string> Run(string filter, string? mutation)
    {
        string results = Path.Combine(_folder, "results.trx");
        File.Delete(results);
        // The first failure is enough, unless it may be one that fails without a mutation.
        string[] settings = mutation is not null && Baseline.Count == 0 ? ["--", "xUnit.StopOnFail=true"] : [];
        ProcessStartInfo start = new(
            "dotnet",
            ["test", Path.Combine(_folder, $"{_project}.dll"), "--nologo", "--filter", filter, "--logger", $"trx;LogFileName={results}", .. settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment[MutatedApp.Variable] = mutation;
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            return [$"{_project} does not end"];
        }
        if (!File.Exists(results))
            return [$"{_project} breaks off"];
        return
        [
            .. XDocument.Load(results).Descendants().Where(element => element.Name.LocalName == "UnitTestResult" && element.Attribute("outcome")?.Value == "Failed")
                .Select(element => element.Attribute("testName")!.Value).Order(StringComparer.Ordinal),
        ];
    }
}
