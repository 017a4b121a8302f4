using System.Globalization;
using AccountClosure.Closure;
using AccountClosure.Notifications;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>What the customer is told about the money when the account is closed and something went wrong.</summary>
public sealed class ClosedAccountMessageTests
{
    private const string Close = "/v1/accounts/{account_id}/actions/close";
    private const string Transfers = "GET /v1/accounts/{account_id}/transfers";
    private const string Trading = "GET /v1/trading/accounts/{account_id}/account";
    private const string Positions = "GET /v1/trading/accounts/{account_id}/positions";

    [Fact]
    public void The_message_does_not_say_that_arrived_money_is_left_in_the_closed_account()
    {
        using var app = new ClosureApp();
        var account = TransferInFlightWhenOthersClose(app, 20_000m);
        app.Cancel(account).StatusCode.ShouldBe(202);

        app.RunToEnd(account, TimeSpan.FromDays(20)).Output!.Remaining.ShouldBe(Money.Zero);
        app.AdvanceBy(TimeSpan.FromHours(1));

        app.State(account).Transfers.ShouldHaveSingleItem().Status.ShouldBe("COMPLETE");
        var text = LastMessage(app);
        text.ShouldNotContain("is left in the account");
        text.ShouldContain("Paid out in all: $20,000.00");
    }

    [Fact]
    public void The_message_does_not_say_that_money_in_flight_is_left_in_the_closed_account()
    {
        using var app = new ClosureApp();
        var account = TransferInFlightWhenOthersClose(app, 20_000m, transferHours: 24 * 8);
        app.Cancel(account).StatusCode.ShouldBe(202);
        app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(20)).Review!.Code.ShouldBe(ReviewCode.TransferOverdue);
        app.Resolve(account, ReviewChoice.Abort).StatusCode.ShouldBe(202);

        app.RunToEnd(account, TimeSpan.FromDays(20)).Output!.Remaining.ShouldBe(Money.Zero);
        app.AdvanceBy(TimeSpan.FromHours(1));

        var text = LastMessage(app);
        text.ShouldNotContain("is left in the account");
        text.ShouldNotContain("There was no money left to pay out");
    }

    [Fact]
    public void The_message_says_that_returned_money_is_left_in_the_closed_account()
    {
        using var app = ReturnedAfterTheRequestAndUnreadable(1_000m, out var account);
        AcceptTheRest(app, account);

        var text = LastMessage(app);
        text.ShouldNotContain("There was no money left to pay out");
        text.ShouldContain("A transfer to your bank was returned or did not go through.");
        text.ShouldContain("$1,000.00 is left in the account");
    }

    [Fact]
    public void The_message_does_not_say_that_all_was_sent_after_one_of_two_transfers_came_back()
    {
        using var app = ReturnedAfterTheRequestAndUnreadable(60_000m, out var account);
        AcceptTheRest(app, account);

        var text = LastMessage(app);
        text.ShouldNotContain("All of your money has been sent");
        text.ShouldContain("$10,000.00 is left in the account");
        text.ShouldContain("Paid out in all: $50,000.00 in 1 transfer");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_late_message_does_not_call_a_returned_transfer_paid_out(bool unreadable)
    {
        var outbox = new FailingOutbox { Refuses = "is closed" };
        using var app = new ClosureApp(new ClosureAppSettings { ConfigureServices = services => services.AddSingleton<IOutbox>(outbox) });
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunToEnd(account).IsClosed.ShouldBeTrue();
        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange("RETURNED", "R10"));
        if (unreadable)
            HideBalances(app);
        app.AdvanceBy(TimeSpan.FromDays(2));
        outbox.Refuses = null;
        app.AdvanceBy(TimeSpan.FromHours(1));

        var text = Flat(outbox.Emails.Single(email => email.Subject.Contains("is closed")));
        text.ShouldContain("Paid out in all: $0.00");
        text.ShouldContain("Returned by the bank");
        text.ShouldContain("A transfer to your bank was returned or did not go through.");
        text.ShouldContain("$1,000.00 is left in the account");
        text.ShouldNotContain("All of your money has been sent");
    }

    [Fact]
    public void The_last_message_is_sent_even_if_the_broker_hides_the_transfers()
    {
        var outbox = new FailingOutbox { Refuses = "is closed" };
        using var app = new ClosureApp(new ClosureAppSettings { ConfigureServices = services => services.AddSingleton<IOutbox>(outbox) });
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunToEnd(account).IsClosed.ShouldBeTrue();
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 403, Count = 0, Route = Transfers });
        outbox.Refuses = null;
        app.AdvanceBy(TimeSpan.FromHours(2));

        Flat(outbox.Emails.Single(email => email.Subject.Contains("is closed"))).ShouldContain("Paid out in all: $1,000.00");
    }

    [Fact]
    public void The_message_gives_the_date_of_the_close_and_not_that_of_the_decision()
    {
        using var scene = ReviewCases.For(ReviewCode.ClosedWithAssets).Play();
        var closedOn = Day(scene.App);
        scene.App.AdvanceBy(TimeSpan.FromDays(14));
        scene.Decide(ReviewChoice.Skip);
        scene.App.RunToEnd(scene.Account);
        scene.App.AdvanceBy(TimeSpan.FromHours(1));

        Flat(scene.Outbox.Emails.Single(email => email.Subject.Contains("is closed"))).ShouldContain($"account was closed on {closedOn}");
    }

    private static string Day(ClosureApp app) => Eastern.From(app.Now).ToString("dddd, MMMM d, yyyy", CultureInfo.InvariantCulture);

    private static string LastMessage(ClosureApp app) => Flat(app.Emails.Single(email => email.Subject.Contains("is closed")));

    private static string Flat(Email email) =>
        string.Join(' ', email.Text.Split((char[])[' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private static CreatedAccount TransferInFlightWhenOthersClose(ClosureApp app, decimal cash, int transferHours = 18)
    {
        var account = app.BeginTo(
            ClosurePhase.Withdrawing, new NewAccount { Cash = cash, Bank = new BankOptions(TransferHours: transferHours) });
        app.RunUntil(() => app.State(account).Transfers is [{ Status: "SENT_TO_CLEARING" }]);
        app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");
        HideBalances(app);
        return account;
    }

    private static ClosureApp ReturnedAfterTheRequestAndUnreadable(decimal cash, out CreatedAccount created)
    {
        var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = cash, Bank = new BankOptions(TransferHours: 18) });
        app.Initiate(account);
        app.RunUntil(() => app.Requests("POST", Close) == 1, TimeSpan.FromDays(20));
        app.AdvanceBy(TimeSpan.FromMinutes(3));
        app.State(account).Status.ShouldBe("ACTIVE");
        var last = app.LedgerOf(account)[^1].BrokerTransferId!;
        app.Simulator.SetTransferStatus(account.AccountId, last, new TransferChange("RETURNED", "R03"));
        HideBalances(app);
        created = account;
        return app;
    }

    private static void AcceptTheRest(ClosureApp app, CreatedAccount account)
    {
        app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(2)).Review!.Code.ShouldBe(ReviewCode.ClosedWithAssets);
        app.Resolve(account, ReviewChoice.Skip).StatusCode.ShouldBe(202);
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Completed);
        app.AdvanceBy(TimeSpan.FromHours(1));
    }

    private static void HideBalances(ClosureApp app)
    {
        foreach (var route in new[] { Trading, Positions })
            app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 403, Count = 0, Route = route });
    }
}
