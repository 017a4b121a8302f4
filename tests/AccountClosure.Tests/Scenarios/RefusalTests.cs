using AccountClosure.Closure;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using AccountClosure.Tests.Scenarios.Paths;

namespace AccountClosure.Tests.Scenarios;

public sealed class RefusalTests
{
    public static TheoryData<string, NewAccount> Unsound() => new()
    {
        { "AccountClosed", new NewAccount { Cash = 0m, Status = "ACCOUNT_CLOSED" } },
        { "AccountNotActive", new NewAccount { Cash = 100m, Status = "ONBOARDING" } },
        { "AccountBlocked", new NewAccount { Cash = 100m, Blocks = new Blocks(Account: true) } },
        { "TransfersBlocked", new NewAccount { Cash = 100m, Blocks = new Blocks(Transfers: true) } },
        { "TradingBlocked", new NewAccount { Cash = 100m, Blocks = new Blocks(Trading: true) } },
        { "AchRelationshipNotApproved", new NewAccount { Cash = 100m, Bank = new BankOptions(RelationshipStatus: "QUEUED") } },
        { "DepositClearing",
            new NewAccount { Cash = 100m, PriorTransfers = [new NewTransfer(50m, "INCOMING", HoursAgo: 1, TransferHours: 72)] } },
        { "NegativeBalance", new NewAccount { Cash = -5m } },
    };

    [Theory]
    [MemberData(nameof(Unsound))]
    [Covers(RefusalCode.AccountClosed)]
    [Covers(RefusalCode.AccountNotActive)]
    [Covers(RefusalCode.AccountBlocked)]
    [Covers(RefusalCode.TransfersBlocked)]
    [Covers(RefusalCode.TradingBlocked)]
    [Covers(RefusalCode.AchRelationshipNotApproved)]
    [Covers(RefusalCode.DepositClearing)]
    [Covers(RefusalCode.NegativeBalance)]
    public void An_account_that_cannot_be_closed_is_refused_with_the_reason_and_left_unchanged(string code, NewAccount wanted)
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(wanted);
        app.Initiate(account);

        var status = app.RunToEnd(account, TimeSpan.FromMinutes(1));

        ShouldBeRefused(app, account, status, code);
    }

    [Fact]
    [Covers(RefusalCode.AccountNotFound)]
    public void An_account_that_the_broker_does_not_know_is_refused()
    {
        using var app = new ClosureApp();
        var unknown = new CreatedAccount("8f3c2b1a-0d4e-4a5b-9c6d-7e8f90a1b2c3", "somebody", "1f3c2b1a-0d4e-4a5b-9c6d-7e8f90a1b2c3");
        app.Initiate(unknown);

        app.RunToEnd(unknown, TimeSpan.FromMinutes(1)).Output!.ReasonCode.ShouldBe("AccountNotFound");
        app.Emails.ShouldBeEmpty();
    }

    [Fact]
    [Covers(RefusalCode.AchRelationshipNotFound)]
    public void Another_customers_bank_is_refused()
    {
        using var app = new ClosureApp();
        var other = app.CreateAccount(1m);
        var account = app.CreateAccount(100m) with { AchRelationshipId = other.AchRelationshipId };
        app.Initiate(account);

        ShouldBeRefused(app, account, app.RunToEnd(account, TimeSpan.FromMinutes(1)), "AchRelationshipNotFound");
    }

    private static void ShouldBeRefused(ClosureApp app, CreatedAccount account, ClosureStatus status, string code)
    {
        status.Output!.Outcome.ShouldBe(ClosurePhase.Rejected);
        status.Output.ReasonCode.ShouldBe(code);
        status.CustomStatus!.Phase.ShouldBe(ClosurePhase.Rejected);
        app.Emails.ShouldBeEmpty();
        app.CustomerOf(account).ShouldBeNull();
        app.Simulator.Requests.ShouldAllBe(request => request.Method == "GET");
        app.AuditOf(account).ShouldContain(entry => entry.Event == "ClosureRejected");
    }
}
