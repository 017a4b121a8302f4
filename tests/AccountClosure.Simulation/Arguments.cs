using System.Globalization;

namespace AccountClosure.Simulation;

/// <summary>The arguments of the command line.</summary>
/// <param name="Story">Whether to tell the story of a single seed even if it held every invariant.</param>
/// <param name="All">Whether to run all seeds, even after a violation, and list each seed that violated an invariant.</param>
/// <param name="Postgres">Whether to store the records in a PostgreSQL server that is started for the run.</param>
internal sealed record Arguments(int Count, long Seed, bool Story, bool All, bool Postgres)
{
    /// <returns>One line with the error; null if there is none.</returns>
    public static string? Read(string[] arguments, out Arguments read)
    {
        read = new Arguments(0, 1, false, false, false);
        for (int index = 0; index < arguments.Length; index++)
        {
            switch (arguments[index])
            {
                case "--simulate":
                    if (!int.TryParse(arguments.ElementAtOrDefault(++index), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
                        || count < 1)
                        return "test: --simulate needs the number of seeds, such as --simulate 2000.";
                    read = read with { Count = count };
                    break;
                case "--seed":
                    if (!int.TryParse(arguments.ElementAtOrDefault(++index), NumberStyles.None, CultureInfo.InvariantCulture, out int seed))
                        return "test: --seed needs the first seed, a number such as 1234.";
                    read = read with { Seed = seed };
                    break;
                case "--story":
                    read = read with { Story = true };
                    break;
                case "--all":
                    read = read with { All = true };
                    break;
                case "--postgres":
                    read = read with { Postgres = true };
                    break;
                default:
                    return $"test: unknown option '{arguments[index]}'; there are --simulate N, --seed S, --story, --all and --postgres.";
            }
        }
        return read.Count == 0 ? "test: --seed, --story, --all and --postgres need --simulate N." : null;
    }
}
