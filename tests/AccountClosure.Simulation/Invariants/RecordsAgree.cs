using AccountClosure.Customers;
using AccountClosure.Records;
using AccountClosure.Simulation.World;

namespace AccountClosure.Simulation.Invariants;

/// <summary>In the end, the customer's record, the tracking, the audit log and the broker agree about the account.</summary>
internal sealed class RecordsAgree : Invariant
{
    public override string Name => "the records agree";

    public override void AtTheEnd(SimulatedWorld world)
    {
        // A refused closure changes nothing, so the records are those of the previous closure.
        WatchedClosure closure = world.Watch.Closures.LastOrDefault(each => each.IsAccepted) ?? world.Watch.Latest!;
        CustomerRecord? customer = world.Store<ICustomerRecords>().FindAsync(world.Account.AccountId).GetAwaiter().GetResult();
        bool isClosed = world.State().Status == "ACCOUNT_CLOSED";
        bool saysClosed = world.Watch.Closures.Any(each => each.Output?.Outcome == "Completed");
        // Others changed the account's status after the closure's last read, right before it restored the record. The end in
        // the records does not give that time, because it follows after the email and can be late.
        DateTimeOffset? restored = customer is { Status: "active" } ? customer.UpdatedAt : null;
        bool isUnseen = world.LastStatusChange > (restored ?? world.Witness.EndOf(closure.ConfirmationNumber) ?? world.Now) - world.Unseen;
        if (saysClosed && !isClosed && !isUnseen)
            world.Violate(this, "the closure says that the account is closed, and it is not");
        if (isClosed != (customer?.Status == "closed") && !isUnseen && world.Watch.Closures.Exists(each => each.IsAccepted))
            world.Violate(
                this,
                $"the customer's record is {customer?.Status ?? "not there"}, the account "
                    + $"{world.State().Status}, and the closure ended as {closure.EndInWords}");
        if (customer?.Status == "pending_closure")
            world.Violate(this, "no closure is under way, and the customer's record is pending_closure");
        foreach (WatchedClosure each in world.Watch.Closures.Where(each => each.Output?.Outcome is "Completed" or "Cancelled"))
            CheckAudit(world, each);
    }

    private void CheckAudit(SimulatedWorld world, WatchedClosure closure)
    {
        IReadOnlyList<AuditEntry> entries = world.Store<IAuditLog>().ListAsync(world.Account.AccountId).GetAwaiter().GetResult();
        if (!entries.Any(
            entry => entry.ConfirmationNumber == closure.ConfirmationNumber && entry.Event == $"Closure{closure.Output!.Outcome}"))
            world.Violate(this, $"the audit log has no entry for the end of {closure.ConfirmationNumber}");
    }
}
