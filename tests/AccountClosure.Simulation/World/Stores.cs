namespace AccountClosure.Simulation.World;

/// <summary>The folder for the files of a run: in memory if the machine supports it.</summary>
internal static class Stores
{
    private const string SharedMemory = "/dev/shm";

    public static string NewFolder() => Directory.Exists(SharedMemory)
        ? Directory.CreateDirectory(Path.Combine(SharedMemory, $"closure-simulation-{Path.GetRandomFileName()}")).FullName
        : Directory.CreateTempSubdirectory("closure-simulation-").FullName;
}
