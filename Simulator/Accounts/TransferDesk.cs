namespace AccountClosure.Simulator.Accounts;

/// <summary>Creates transfers that have been checked, with all that will become of them.</summary>
internal static class TransferDesk
{
    public static Transfer Create(
        Broker broker, Account account, decimal amount, string direction, DateTimeOffset now, TimeSpan? duration = null)
    {
        var draw = broker.DrawFor($"{account.Id}/transfer/{account.Transfers.Count}");
        var outcome = direction == Transfer.Outgoing ? Outcome(broker, account) : new TransferOutcome(TransferFate.Completes);
        var steps = TransferTimetable.Plan(draw, now, duration ?? Duration(broker, account), outcome);
        var transfer = Entry(account, draw, amount, direction, now, steps);
        broker.AccountStates.Add(account, transfer);
        return transfer;
    }

    public static Transfer Entry(
        Account account,
        Draw draw,
        decimal amount,
        string direction,
        DateTimeOffset createdAt,
        List<TransferStep> steps,
        DateTimeOffset? stepsTakenUntil = null) => new()
        {
            Id = draw.Uuid("transfer"),
            RelationshipId = account.Bank.RelationshipId,
            Amount = amount,
            Direction = direction,
            CreatedAt = createdAt,
            ExpiresAt = createdAt.AddDays(7),
            Steps = steps,
            StepsTakenUntil = stepsTakenUntil,
        };

    public static TimeSpan? Duration(Broker broker, Account account) => account.Bank.TransferDuration ?? broker.Options.TransferDuration;

    /// <summary>Without the transfers that the account was created with.</summary>
    public static int OutgoingSoFar(Account account) =>
        account.Transfers.Count(transfer => transfer.IsOutgoing && transfer.StepsTakenUntil is null);

    /// <summary>What the account's bank was told to do with its nth transfer, or else a fault.</summary>
    private static TransferOutcome Outcome(Broker broker, Account account)
    {
        var nth = OutgoingSoFar(account) + 1 - account.Bank.CountedFrom;
        var rejected = broker.Faults.Strikes(FaultKind.TransferRejected, account.Id);
        var returned = broker.Faults.Strikes(FaultKind.TransferReturned, account.Id);
        if (account.Bank.Outcomes.TryGetValue(nth, out var planned))
            return planned;
        if (rejected is not null)
            return new TransferOutcome(TransferFate.IsRejected, Reason: rejected.Reason);
        if (returned is null)
            return new TransferOutcome(TransferFate.Completes);
        return returned.AfterCompleteHours is { } hours
            ? new TransferOutcome(TransferFate.IsReturnedLater, TimeSpan.FromHours(hours), returned.Reason)
            : new TransferOutcome(TransferFate.IsReturned, Reason: returned.Reason);
    }
}
