using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Scenarios;

/// <summary>Rules that hold for every closure, judged by the broker's own account state.</summary>
internal static class MoneyChecks
{
    public const decimal Limit = 50_000m;

    /// <summary>Checks that the account is closed and empty, and that the money sent and the rest add up to the initial amount.</summary>
    public static void ShouldBeClosedWithAllPaidOut(this ClosureApp app, CreatedAccount account, decimal wasThere)
    {
        var atBroker = app.State(account);
        atBroker.Status.ShouldBe("ACCOUNT_CLOSED");
        atBroker.Positions.ShouldBeEmpty();
        atBroker.Cash.ShouldBeInRange(0m, 1m);
        atBroker.Transfers.ShouldAllBe(transfer => new TransferStatus(transfer.Status).IsFinal);
        (Paid(atBroker) + atBroker.Cash).ShouldBe(wasThere);
        app.ShouldNeverBeOverTheLimit(account);
        app.ShouldAgreeWithTheLedger(account);

        var status = app.Status(account);
        status.Output!.Outcome.ShouldBe(ClosurePhase.Completed);
        status.Output.Remaining.ShouldBe(new Money(atBroker.Cash));
        status.CustomStatus!.Withdrawn.ShouldBe(status.Output.Withdrawn);
    }

    /// <summary>
    /// Checks that the closure and the broker agree on the money paid out. All transfers of the account must be the closure's.
    /// </summary>
    public static void ShouldReportWhatWasPaid(this ClosureApp app, CreatedAccount account) =>
        app.Status(account).Output!.Withdrawn.ShouldBe(new Money(Paid(app.State(account))));

    /// <summary>Checks that no more than the limit left in any 24 hours, whoever sent it.</summary>
    public static void ShouldNeverBeOverTheLimit(this ClosureApp app, CreatedAccount account, decimal limit = Limit)
    {
        var sent = app.State(account).Transfers.Where(transfer => transfer.Direction == "OUTGOING").ToList();
        foreach (var last in sent)
        {
            var inWindow = sent.Where(
                other => other.CreatedAt <= last.CreatedAt && other.CreatedAt > last.CreatedAt - TimeSpan.FromHours(24));
            inWindow.Sum(other => other.Amount).ShouldBeLessThanOrEqualTo(limit);
        }
    }

    /// <summary>
    /// Checks that every transfer that the ledger is bound to exists once at the broker, with the same amount and final status.
    /// </summary>
    public static void ShouldAgreeWithTheLedger(this ClosureApp app, CreatedAccount account)
    {
        var atBroker = app.State(account).Transfers.ToDictionary(transfer => transfer.Id);
        var bound = app.LedgerOf(account).Where(entry => entry.State == LedgerState.Bound).ToList();
        bound.Select(entry => entry.BrokerTransferId).ShouldBeUnique();
        foreach (var entry in bound)
        {
            var transfer = atBroker[entry.BrokerTransferId!];
            transfer.Amount.ShouldBe(entry.Intent.Amount.Dollars);
            transfer.Status.ShouldBe(entry.Status!.Value.Raw);
        }
    }

    public static decimal Paid(AccountState atBroker) => atBroker.Transfers
        .Where(transfer => transfer.Direction == "OUTGOING" && new TransferStatus(transfer.Status).Stage == TransferStage.Completed)
        .Sum(transfer => transfer.Amount);
}
