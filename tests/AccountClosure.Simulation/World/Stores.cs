namespace AccountClosure.Simulation.World;

/// <summary>Where the files of a run are: in memory where the machine offers that.</summary>
internal static class Stores
{
    private const string SharedMemory = "/dev/shm";

    public static string NewFolder() => Directory.Exists(SharedMemory)
        ? Directory.CreateDirectory(Path.Combine(SharedMemory, $"closure-simulation-{Path.GetRandomFileName()}")).FullName
        : Directory.CreateTempSubdirectory("closure-simulation-").FullName;
}
