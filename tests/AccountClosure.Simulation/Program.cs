using System.Diagnostics;
using System.Globalization;

namespace AccountClosure.Simulation;

/// <summary>
/// Runs <c>./test --simulate N [--seed S] [--story] [--all] [--postgres]</c>: N seeds from S on. The test runner does not use it. Exit
/// code: 0 if all invariants held, 1 if one was violated, 2 for invalid arguments.
/// </summary>
internal static class Program
{
    public static int Main(string[] arguments) => Run(arguments, Console.Out, Console.Error);

    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments, TextWriter output, TextWriter error)
    {
        if (Arguments.Read(arguments, out Arguments read) is { } complaint)
        {
            error.WriteLine(complaint);
            return 2;
        }
        string rates = read.Count == 1
            ? $"Fault rates: {World.Course.From(read.Seed).Rates}."
            : string.Join(
                ' ', World.FaultRates.Explanation, World.BrokerConditions.Explanation,
                World.OurConditions.Explanation, World.Aim.Explanation);
        output.WriteLine($"Seeds {read.Seed} to {read.Seed + read.Count - 1}. {rates}");
        using World.PostgresRecords? records = read.Postgres ? new World.PostgresRecords() : null;
        long started = Stopwatch.GetTimestamp();
        Campaign campaign = Campaign.Run(read.Seed, read.Count, read.Story, read.All, records, progress => error.WriteLine(progress));
        double minutes = Stopwatch.GetElapsedTime(started).TotalMinutes;
        if (campaign.Told is { } told)
        {
            foreach (string line in told.Story)
                output.WriteLine(line);
        }
        foreach (Outcome other in campaign.Failures.Skip(1))
            output.WriteLine($"Seed {other.Seed} violated an invariant. {other.Violation?.Split('\n')[0]}");
        if (campaign.Failure is { } failure)
        {
            output.WriteLine($"Seed {failure.Seed} violated an invariant. {failure.Violation}");
            output.WriteLine($"Repeat it: ./test --simulate 1 --seed {failure.Seed}{(read.Postgres ? " --postgres" : "")}");
        }
        output.WriteLine($"Injected: {string.Join(", ", campaign.Injected.Select(fault => $"{fault.Key} {fault.Value}"))}.");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{campaign.Runs} seeds, {campaign.Failures.Count} violated an invariant; {campaign.Episodes} episodes, {campaign.Crashes} "
                + $"crashes; "
                + $"{campaign.Runs / minutes:F0} seeds a minute"));
        return campaign.Failure is null ? 0 : 1;
    }
}
