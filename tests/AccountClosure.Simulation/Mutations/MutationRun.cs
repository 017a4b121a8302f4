using System.Text;

namespace AccountClosure.Simulation.Mutations;

/// <summary>Runs the app with a mutation for every guard, and determines what finds each of them.</summary>
public sealed class MutationRun : MutatedApp
{
    private const int FirstSeeds = 25;
    private const int Seeds = 100;

    private readonly KnownFindings _known = new(Root());
    private readonly Dictionary<string, string> _found = new(StringComparer.Ordinal);
    private readonly TestsOfMutant[] _tests;

    public MutationRun()
        : base(Mutation.All)
    {
        // Tests that are likely to fail come first. Tests that open connections are left out, because under load they can fail without a
        // mutation.
        _tests =
        [
            new TestsOfMutant(
                LoadTests("Adapters.Tests"),
                ("Records/", name => In(name, ".Records.") && !In(name, "Postgres")),
                ("Broker/", name => In(name, ".Broker.") && !In(name, "Transport"))),
            new TestsOfMutant(
                LoadTests("AccountClosure.Tests"),
                ("Closure/", name => In(name, ".Closure.")),
                ("Functions/", name => In(name, "RequestAudit", "WatchTests", "StoppedClosure", "OtherBackend")),
                ("Activities/RecordPhase", name => In(name, "RequestAudit")),
                ("Activities/CreateTransfer", name => In(name, "TransferDoubt", "ConcurrentTransfer", "EarlierClosure", "TransferRace")),
                ("Activities/Cl", name => In(name, "UnknownClose", "SellingTests", "StoppedSale", "LateExecution", "MoneyWhileClosing")),
                ("Activities/SendNotification", name => In(name, "TrueEmail", "ClosedAccountMessage", "ReviewMessage")),
                ("Orchestrations/EndClosure",
                    name => In(name, "CancelTests", "CleanupTests", "TerminateTests", "AfterTheEnd", "ClosedAccountMessage")),
                ("", name => In(name, ".Scenarios."))),
        ];

        static bool In(string name, params string[] parts) => parts.Any(part => name.Contains(part, StringComparison.Ordinal));
    }

    /// <summary>A test that fails without a mutation, which therefore finds nothing.</summary>
    internal string? Baseline => With(null, () => _tests.Select(tests => tests.FirstFailure()).FirstOrDefault(test => test is not null));

    /// <returns>The invariant and the seed; null when no seed finds it.</returns>
    internal new string? Simulate(string? mutation, int seeds, long first = 1) =>
        base.Simulate(mutation, seeds, first).Finding is { } finding ? $"{finding.Invariant}, seed {finding.Seed}" : null;

    /// <summary>
    /// Tries the fastest ways first: what found the mutation the last time, a few seeds, the tests, more seeds. Tries no test for
    /// mutations that are declared redundant, because all tests would have to pass.
    /// </summary>
    /// <returns>The invariant and the seed, or the test; null when nothing finds it.</returns>
    internal string? Find(Mutation mutation)
    {
        string? foundBy = FindAgain(mutation.Name)
            ?? Simulate(mutation.Name, FirstSeeds)
            ?? (mutation.Survives is null ? Test(mutation.Name, tests => tests.FirstFailure(mutation)) : null)
            ?? Simulate(mutation.Name, Seeds);
        _found[mutation.Name] = foundBy ?? $"survives{(mutation.Survives is { } reason ? $": {reason}" : "")}";
        return foundBy;
    }

    private string? FindAgain(string mutation) =>
        _known.Seed(mutation) is { } seed ? Simulate(mutation, seeds: 1, seed)
        : _known.Test(mutation) is { } test ? Test(mutation, tests => tests.Failure(test))
        : null;

    private string? Test(string mutation, Func<TestsOfMutant, string?> failure) =>
        With(mutation, () => _tests.Select(failure).FirstOrDefault(test => test is not null));

    protected override void Dispose(bool disposing)
    {
        StringBuilder table = new("| mutation | found by |\n| --- | --- |\n");
        foreach (Mutation mutation in Mutation.All.Where(mutation => _found.ContainsKey(mutation.Name)))
            table.Append("| ").Append(mutation.Name).Append(" | ").Append(_found[mutation.Name]).Append(" |\n");
        string folder = Directory.CreateDirectory(Path.Combine(Root(), "TestResults", "long")).FullName;
        File.WriteAllText(Path.Combine(folder, "mutations.md"), table.ToString());
        base.Dispose(disposing);
    }
}
