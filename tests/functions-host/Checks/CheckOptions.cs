namespace AccountClosure.FunctionsHost;

/// <summary>The arguments that <c>tests/functions-host/run</c> passes on.</summary>
/// <param name="Command">The command that starts a Functions host; <c>{port}</c> stands for its port.</param>
/// <param name="AppFolder">Folder of the published app, whose waits are shortened.</param>
/// <param name="Root">Root folder of the repository.</param>
/// <param name="WorkFolder">Folder for the logs, databases and storage of this run.</param>
/// <param name="Port">The first of eight ports.</param>
/// <param name="Only">Names of the scenarios to run; empty for all.</param>
internal sealed record CheckOptions(
    IReadOnlyList<string> Command, string AppFolder, string Root, string WorkFolder, int Port, IReadOnlyList<string> Only)
{
    public const string PortPlaceholder = "{port}";

    public int SecondPort => Port + 1;

    /// <summary>The embedded host; its own simulator is on the next port.</summary>
    public int EmbeddedPort => Port + 2;

    public int SimulatorPort => Port + 4;

    /// <summary>Blobs, queues and tables on three ports from here.</summary>
    public int StoragePort => Port + 5;

    public IEnumerable<int> Ports => Enumerable.Range(Port, 8);

    /// <summary>Reads <c>ROOT APP WORK PORT ONLY COMMAND…</c>; ONLY is a comma-separated list, or empty.</summary>
    public static CheckOptions Read(string[] arguments) => new(
        arguments[5..],
        arguments[1],
        arguments[0],
        arguments[2],
        int.Parse(arguments[3]),
        arguments[4].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
