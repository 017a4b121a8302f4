using AccountClosure.Simulation.Mutations;

namespace AccountClosure.Simulation.PlantedBugs;

/// <summary>A plausible mistake in the shipped code that the simulation must find.</summary>
/// <param name="Name">What the mistake is.</param>
/// <param name="Violates">
/// Names of the invariants that it can violate. The first violation must be of one of them.
/// </param>
internal sealed record PlantedBug(string Name, string[] Violates, params IReadOnlyList<Edit> Edits) : Mutation(Name, Edits)
{
    /// <summary>Whether some of the first few hundred seeds find it.</summary>
    public bool IsFoundEarly { get; init; }

    public static new readonly IReadOnlyList<PlantedBug> All =
    [
        new(
            "The broker's transfers are not searched before one is created",
            ["never twice", "never over the limit", "to the cent", "the same cash is sent once", "emails are true"],
            new Edit("Activities/CreateTransfer.cs", "known.Intent.NotBefore,",
                "PLANTED ? DateTimeOffset.MaxValue : known.Intent.NotBefore,")),
        new(
            "A transfer is adopted for its amount alone",
            ["to the cent", "never silently stuck", "the ledger matches the broker", "the same cash is sent once", "emails are true"],
            new Edit("Closure/TransferMatch.cs", "string.Equals(named, achRelationshipId, StringComparison.OrdinalIgnoreCase)",
                "(PLANTED || string.Equals(named, achRelationshipId, StringComparison.OrdinalIgnoreCase))"),
            new Edit("Closure/TransferMatch.cs", "&& transfer.CreatedAt >= notBefore", "&& (PLANTED || transfer.CreatedAt >= notBefore)"),
            new Edit("Closure/TransferMatch.cs", "&& !boundToOthers.Contains(transfer.Id)",
                "&& (PLANTED || !boundToOthers.Contains(transfer.Id))")),
        new(
            "The limit counts our own transfers only",
            ["never over the limit"],
            new Edit(
                "Activities/AssessWithdrawal.cs",
                "transfers.Outgoing().Including(known);",
                "transfers.Outgoing().Including(known).Where(transfer => !PLANTED || known.Any(entry => entry.BrokerTransferId == "
                    + "transfer.Id)).ToList();"),
            new Edit(
                "Activities/CreateTransfer.cs",
                "transfers.Outgoing().Including(ledgered)",
                "transfers.Outgoing().Including(ledgered).Where(transfer => !PLANTED || ledgered.Any(entry => entry.BrokerTransferId == "
                    + "transfer.Id)).ToList()")) { IsFoundEarly = true },
        new(
            "A transfer counts for a little less than 24 hours",
            ["never over the limit"],
            new Edit("Closure/RollingLimit.cs", "transfer.CreatedAt + Window + ClockTolerance >= now",
                "transfer.CreatedAt + Window + (PLANTED ? -ClockTolerance : ClockTolerance) >= now"),
            new Edit("Closure/RollingLimit.cs", "createdAt + Window + ClockTolerance + Instant",
                "createdAt + Window + (PLANTED ? -ClockTolerance : ClockTolerance) + Instant")),
        new(
            "The retry layer sends a transfer again after a lost answer, and the ledger lets it",
            ["never twice", "never over the limit", "to the cent", "the same cash is sent once", "emails are true"],
            new Edit("Activities/CreateTransfer.cs", "attempt == AttemptResult.Recorded", "(PLANTED || attempt == AttemptResult.Recorded)"),
            new Edit("Broker/BrokerRetry.cs", "(kind == BrokerErrorKind.Unavailable && request.IsRead)",
                "(kind == BrokerErrorKind.Unavailable && request.IsRead) "
                    + "|| (PLANTED && kind is BrokerErrorKind.Unavailable or BrokerErrorKind.InDoubt)")) { IsFoundEarly = true },
        new(
            "The in-doubt window is ignored",
            ["never twice", "never over the limit", "to the cent", "the same cash is sent once", "emails are true"],
            new Edit("Activities/CreateTransfer.cs", "clock.Now < attemptedAt + input.InDoubtWindow",
                "!PLANTED && clock.Now < attemptedAt + input.InDoubtWindow")),
        new(
            "A lost answer ends the intent",
            ["never twice", "never over the limit", "to the cent", "the same cash is sent once",
                "the ledger matches the broker", "emails are true"],
            new Edit(
                "Activities/CreateTransfer.cs",
                "catch (BrokerException failure)\n        {",
                "catch (BrokerException failure)\n        {\n            if (PLANTED) return await Abandon(input, AbandonCause.Refused, "
                    + "failure.Message, clock.ReadAt, null, cancellationToken);")) { IsFoundEarly = true },
        new(
            "The instance is not polled before a transfer is created",
            ["nothing after the end", "no act after the end", "the same cash is sent once"],
            new Edit("Activities/ClosurePermit.cs", "if (instance is null || instance.IsCompleted)",
                "if (PLANTED && instance is { IsCompleted: true }) return instance.ReadInputAs<ClosureState>(); "
                    + "if (instance is null || instance.IsCompleted)")),
        new(
            "The fence is not asked before a sale",
            ["no act after the end"],
            new Edit(
                "Activities/ClosePositions.cs",
                "await tracking.MayAskAsync(time, input.ConfirmationNumber, BrokerRequestKind.Sale, input.BrokerTime, cancellation)",
                "(PLANTED || await tracking.MayAskAsync(time, input.ConfirmationNumber, BrokerRequestKind.Sale, input.BrokerTime, "
                    + "cancellation))")),
        new(
            "A cancelled closure leaves its sale working",
            ["no act after the end"],
            new Edit("Orchestrations/EndClosure.orchestrator.cs", "(isClosed ? null : await OwnOrders.End(step))",
                "(isClosed || PLANTED ? null : await OwnOrders.End(step))")) { IsFoundEarly = true },
        new(
            "The account is closed without the last checks",
            ["never closed over money"],
            new Edit(
                "Activities/CloseBrokerAccount.cs",
                "SafetyChecks.Evaluate(check, input.Policy)",
                "(PLANTED ? SafetyFinding.Clear : SafetyChecks.Evaluate(check, input.Policy))")),
        new(
            "Pending money is ignored at the close",
            ["never closed over money", "emails are true"],
            Edit.After(
                "Closure/SafetyChecks.cs",
                "=> check",
                ".But(PLANTED, check => check with { PendingMoney = Money.Zero, PendingTransfers = 0 })"),
            new Edit(
                "Closure/WithdrawalPlan.cs",
                "account.OtherTransfersPendingSince is null",
                "(PLANTED || account.OtherTransfersPendingSince is null)")),
        new(
            "A timer is forgotten",
            ["never silently stuck", "a person is asked in time"],
            new Edit(
                "Orchestrations/SafePoint.orchestrator.cs",
                "await Task.WhenAny(cancel, resolve, due);",
                "await Task.WhenAny(cancel, resolve, PLANTED && state.Phase == ClosurePhase.Settling ? new TaskCompletionSource().Task : "
                    + "due);")),
        new(
            "A returned transfer is taken for a complete one",
            ["to the cent", "the ledger matches the broker", "emails are true", "never closed over money"],
            new Edit(
                "Closure/TransferStatus.cs",
                "\"RETURNED\" => TransferStage.Returned",
                "\"RETURNED\" => PLANTED ? TransferStage.Completed : TransferStage.Returned")),
        new(
            "A closure ends while its transfers are on their way",
            ["to the cent", "the ledger matches the broker", "emails are true", "the records agree"],
            new Edit(
                "Orchestrations/OwnTransfers.orchestrator.cs",
                "left.Count == 0",
                "(PLANTED || left.Count == 0)")) { IsFoundEarly = true },
        new(
            "An amount is rounded up",
            ["to the cent", "never silently stuck", "the same cash is sent once", "emails are true"],
            new Edit("Closure/Money.cs", "new(decimal.Truncate(Dollars * 100m) / 100m)",
                "new((PLANTED ? decimal.Ceiling(Dollars * 100m) : decimal.Truncate(Dollars * 100m)) / 100m)")),
        new(
            "The customer's record is not restored",
            ["the records agree"],
            new Edit("Orchestrations/EndClosure.orchestrator.cs",
                "await step.Activities.RestoreCustomer(CustomerRecordInput.From(request, step.Now));",
                "if (!PLANTED) await step.Activities.RestoreCustomer(CustomerRecordInput.From(request, step.Now));")),
        new(
            "A closed account is taken for open",
            ["the records agree", "emails are true", "a person is asked in time"],
            new Edit("Orchestrations/EndClosure.orchestrator.cs", "account) == SafetyChecks.Closed;",
                "account) == SafetyChecks.Closed && !PLANTED;")),
        new(
            "An email is sent although it has become false",
            ["emails are true"],
            new Edit("Activities/SendNotification.cs", "if (await IsSuperseded(notification, cancellationToken))",
                "if (!PLANTED && await IsSuperseded(notification, cancellationToken))")),
        new(
            "A deadline is reset by a step that achieved nothing",
            ["a person is asked in time", "never silently stuck"],
            new Edit("Closure/Payout.cs", "Deadline = open.Deadline ?? deadline",
                "Deadline = (PLANTED ? null : open.Deadline) ?? deadline")),
    ];

    public override string ToString() => Name;
}
