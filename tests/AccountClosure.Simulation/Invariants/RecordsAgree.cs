using AccountClosure.Closure;
using AccountClosure.Customers;
using AccountClosure.Records;
using AccountClosure.Simulation.World;

namespace AccountClosure.Simulation.Invariants;

/// <summary>In the end the customer's record and mail, the tracking and the broker say the same about the account.</summary>
internal sealed class RecordsAgree : Invariant
{
    public override string Name => "the records agree";

    public override void AtTheEnd(SimulatedWorld world)
    {
        WatchedClosure closure = world.Watch.Latest!;
        Process process = world.Process!;
        CustomerRecord? customer = process.Store<ICustomerRecords>().FindAsync(world.Account.AccountId).GetAwaiter().GetResult();
        bool isClosed = world.Books().Status == "ACCOUNT_CLOSED";
        bool saysClosed = world.Watch.Closures.Any(each => each.Result?.Outcome == ClosurePhase.Completed);
        if (saysClosed && !isClosed)
            world.Violate(this, "the closure says that the account is closed, and it is not");
        if (isClosed != (customer?.Status == "closed"))
            world.Violate(this, $"the customer's record is {customer?.Status ?? "not there"}, the account {world.Books().Status}, and the closure ended as {closure.Result?.Outcome.ToString() ?? closure.EndedAs.ToString()}");
        if (!saysClosed && customer?.Status == "pending_closure")
            world.Violate(this, "no closure is under way, and the customer's record is pending_closure");
        foreach (WatchedClosure each in world.Watch.Closures.Where(each => each.Result?.Outcome is ClosurePhase.Completed or ClosurePhase.Cancelled))
            CheckAudit(world, process.Store<IAuditLog>(), each);
        if (world.Watch.Closures.LastOrDefault(each => each.Result?.Outcome != ClosurePhase.Rejected) is { } last)
            CheckMail(world, process.Store<IAuditLog>(), last, isClosed);
    }

    // Of an earlier closure the customer may hear nothing: the later one tells how the account is.
    private void CheckMail(SimulatedWorld world, IAuditLog audit, WatchedClosure closure, bool isClosed)
    {
        NotificationKind kind = isClosed ? NotificationKind.ClosureCompleted : NotificationKind.ClosureCancelled;
        bool isTold = world.Outbox.Emails.Any(email => email.Key.StartsWith($"{closure.ConfirmationNumber}-{kind}-", StringComparison.Ordinal));
        bool mayBeUntold = audit.ListAsync(world.Account.AccountId).GetAwaiter().GetResult().Any(entry => entry.Event is "ReviewSkip" or "NotificationFailed");
        if (!isTold && !mayBeUntold)
            world.Violate(this, $"the customer was never sent {kind} of {closure.ConfirmationNumber}");
    }

    private void CheckAudit(SimulatedWorld world, IAuditLog audit, WatchedClosure closure)
    {
        IReadOnlyList<AuditEntry> entries = audit.ListAsync(world.Account.AccountId).GetAwaiter().GetResult();
        if (!entries.Any(entry => entry.ConfirmationNumber == closure.ConfirmationNumber && entry.Event == $"Closure{closure.Result!.Outcome}"))
            world.Violate(this, $"the audit log has no entry for the end of {closure.ConfirmationNumber}");
    }
}
