namespace AccountClosure.Simulation.PlantedBugs;

/// <summary>A mistake that somebody could make in the shipped code, and that the simulation must find.</summary>
/// <param name="Name">What the mistake is.</param>
/// <param name="Edits">Where it is made. Each text stands in its file once, as long as the code is what it was when this was written.</param>
internal sealed record PlantedBug(string Name, params IReadOnlyList<Edit> Edits)
{
    public static readonly IReadOnlyList<PlantedBug> All =
    [
        new(
            "No look before a transfer is created",
            new Edit("Activities/CreateTransfer.cs", "known.Intent.NotBefore, boundToOthers)", "DateTimeOffset.MaxValue, boundToOthers)")),
        new(
            "A transfer is adopted for its amount alone",
            new Edit("Closure/TransferMatch.cs", "string.Equals(transfer.AchRelationshipId, achRelationshipId, StringComparison.OrdinalIgnoreCase)", "true"),
            new Edit("Closure/TransferMatch.cs", "&& transfer.CreatedAt >= notBefore", ""),
            new Edit("Closure/TransferMatch.cs", "&& !boundToOthers.Contains(transfer.Id)", "")),
        new(
            "The account is closed without the last checks",
            new Edit("Activities/CloseBrokerAccount.cs", "SafetyChecks.Evaluate(look, order.Policy)", "SafetyFinding.Clear")),
        new(
            "A returned transfer is taken for a complete one",
            new Edit("Closure/TransferStatus.cs", "\"RETURNED\" => Stage.Returned", "\"RETURNED\" => Stage.Completed")),
        new(
            "An amount is rounded up",
            new Edit("Closure/Money.cs", "new(decimal.Truncate(Dollars * 100m) / 100m)", "new(decimal.Ceiling(Dollars * 100m) / 100m)")),
    ];

    public override string ToString() => Name;
}

/// <param name="File">From the root of the repository.</param>
internal sealed record Edit(string File, string Find, string Replace);
