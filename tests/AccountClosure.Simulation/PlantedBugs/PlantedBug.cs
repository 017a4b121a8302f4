namespace AccountClosure.Simulation.PlantedBugs;

/// <summary>A mistake that somebody could make in the shipped code, and that the simulation must find.</summary>
/// <param name="Name">What the mistake is.</param>
/// <param name="Violates">The invariants that it can violate, by their names: the first violation that is found must be of one of them.</param>
/// <param name="Edits">Where it is made. Each text stands in its file once, as long as the code is what it was when this was written.</param>
/// <remarks>All are compiled into one app, which makes the mistake whose name is in <c>Planted.Bug</c>: a replacement asks with <c>PLANTED</c>.</remarks>
internal sealed record PlantedBug(string Name, string[] Violates, params IReadOnlyList<Edit> Edits)
{
    public static readonly IReadOnlyList<PlantedBug> All =
    [
        new(
            "No look before a transfer is created",
            ["never twice", "the same cash is sent once", "never over the limit", "to the cent", "emails are true"],
            new Edit("Activities/CreateTransfer.cs", "known.Intent.NotBefore, boundToOthers)", "PLANTED ? DateTimeOffset.MaxValue : known.Intent.NotBefore, boundToOthers)")),
        new(
            "A transfer is adopted for its amount alone",
            ["to the cent", "never silently stuck", "the same cash is sent once", "the ledger matches the broker", "emails are true"],
            new Edit("Closure/TransferMatch.cs", "string.Equals(transfer.AchRelationshipId, achRelationshipId, StringComparison.OrdinalIgnoreCase)", "(PLANTED || string.Equals(transfer.AchRelationshipId, achRelationshipId, StringComparison.OrdinalIgnoreCase))"),
            new Edit("Closure/TransferMatch.cs", "&& transfer.CreatedAt >= notBefore", "&& (PLANTED || transfer.CreatedAt >= notBefore)"),
            new Edit("Closure/TransferMatch.cs", "&& !boundToOthers.Contains(transfer.Id)", "&& (PLANTED || !boundToOthers.Contains(transfer.Id))")),
        new(
            "The limit counts our own transfers only",
            ["never over the limit"],
            new Edit(
                "Activities/AssessWithdrawal.cs",
                "var outgoing = transfers.Outgoing();",
                "var ours = known.SelectMany(entries => entries).Select(entry => entry.BrokerTransferId).ToHashSet(); "
                    + "var outgoing = transfers.Outgoing().Where(transfer => !PLANTED || ours.Contains(transfer.Id)).ToList();"),
            new Edit(
                "Activities/CreateTransfer.cs",
                "RollingLimit.Available(outgoing, ",
                "RollingLimit.Available(outgoing.Where(transfer => !PLANTED || boundToOthers.Contains(transfer.Id)), ")),
        new(
            "A transfer exactly 24 hours old does not count: < for <=",
            ["never over the limit"],
            new Edit("Closure/RollingLimit.cs", "transfer.CreatedAt + Window >= now", "(PLANTED ? transfer.CreatedAt + Window > now : transfer.CreatedAt + Window >= now)"),
            new Edit("Closure/RollingLimit.cs", "createdAt + Window + Instant", "createdAt + Window + (PLANTED ? TimeSpan.Zero : Instant)")),
        new(
            "The retry layer sends a transfer again",
            ["never twice", "the same cash is sent once", "never over the limit", "to the cent", "emails are true"],
            new Edit("Broker/BrokerRetry.cs", "(kind == BrokerErrorKind.Unavailable && request.IsRead)", "(kind == BrokerErrorKind.Unavailable && request.IsRead) || (PLANTED && kind is BrokerErrorKind.Unavailable or BrokerErrorKind.Doubtful)")),
        new(
            "The account is closed without the last checks",
            ["never closed over money"],
            new Edit("Activities/CloseBrokerAccount.cs", "SafetyChecks.Evaluate(look, order.Policy)", "(PLANTED ? SafetyFinding.Clear : SafetyChecks.Evaluate(look, order.Policy))")),
        new(
            "A timer is forgotten",
            ["never silently stuck", "a person is asked in time"],
            new Edit(
                "Orchestrations/NextMove.orchestrator.cs",
                "await Task.WhenAny(cancel, resolve, due);",
                "await Task.WhenAny(cancel, resolve, PLANTED && state.Phase == ClosurePhase.Settling ? new TaskCompletionSource().Task : due);")),
        new(
            "A returned transfer is taken for a complete one",
            ["to the cent", "the ledger matches the broker", "emails are true", "never closed over money"],
            new Edit("Closure/TransferStatus.cs", "\"RETURNED\" => Stage.Returned", "\"RETURNED\" => PLANTED ? Stage.Completed : Stage.Returned")),
        new(
            "An amount is rounded up",
            ["to the cent", "the same cash is sent once", "never silently stuck", "emails are true"],
            new Edit("Closure/Money.cs", "new(decimal.Truncate(Dollars * 100m) / 100m)", "new((PLANTED ? decimal.Ceiling(Dollars * 100m) : decimal.Truncate(Dollars * 100m)) / 100m)")),
        new(
            "No look at the root instance before a transfer",
            ["nothing after the end", "no act after the end", "the same cash is sent once"],
            new Edit("Activities/RunningClosure.cs", "if (instance is null || instance.IsCompleted)", "if (PLANTED && instance is { IsCompleted: true }) return true; if (instance is null || instance.IsCompleted)")),
    ];

    public override string ToString() => Name;
}

/// <param name="File">From the root of the repository.</param>
internal sealed record Edit(string File, string Find, string Replace);
