using System.Globalization;
using AccountClosure.Closure;
using AccountClosure.Notifications;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>What an email says is true when it is sent.</summary>
public sealed class TrueEmailTests
{
    private const string Transfers = "GET /v1/accounts/{account_id}/transfers";
    private const string Trading = "GET /v1/trading/accounts/{account_id}/account";
    private const string Positions = "GET /v1/trading/accounts/{account_id}/positions";

    [Fact]
    public void Operations_is_told_of_the_review_of_a_cleanup()
    {
        using var scene = ReviewCases.For(ReviewCode.AmbiguousTransfer).Play();
        scene.App.AdvanceBy(TimeSpan.FromDays(35));
        scene.App.Cancel(scene.Account, force: true).StatusCode.ShouldBe(202);
        int told = scene.Outbox.Emails.Count(email => email.Subject.Contains("needs your decision"));
        scene.App.AdvanceBy(TimeSpan.FromHours(1));
        scene.App.TaskStatus(scene.Account).Review!.Code.ShouldBe(ReviewCode.AmbiguousTransfer);
        scene.App.AdvanceBy(TimeSpan.FromDays(29));

        scene.Outbox.Emails.Count(email => email.Subject.Contains("needs your decision")).ShouldBeGreaterThan(told);
    }

    [Fact]
    public void The_message_does_not_say_that_an_account_closed_with_shares_is_paid_out()
    {
        var outbox = new FailingOutbox();
        using var app = new ClosureApp(new ClosureAppSettings { ConfigureServices = services => services.AddSingleton<IOutbox>(outbox) });
        var account = app.CreateAccount(1_000m);
        app.BeginToReturnWindow(account);
        app.Simulator.AddPosition(account.AccountId, new NewPosition("AAPL", 100, 100m));
        app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");
        app.RunUntil(account, ClosurePhase.ManualReview).Review!.Explanation.ShouldContain("the message to the customer says what is left");
        app.Resolve(account, ReviewChoice.Skip).StatusCode.ShouldBe(202);
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Completed);
        app.AdvanceBy(TimeSpan.FromHours(1));

        outbox.Emails.Single(email => email.Subject.Contains("is closed")).Text.ReplaceLineEndings(" ")
            .ShouldNotContain("All of your money has been sent");
    }

    [Fact]
    public void An_unreadable_account_that_is_closed_over_money_needs_manual_review()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(
            ClosurePhase.WaitingForNextTransfer, new NewAccount { Cash = 90_000m, Bank = new BankOptions(TransferHours: 18) });
        app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");
        foreach (var route in new[] { Trading, Positions })
            app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 403, Count = 0, Route = route });
        app.Cancel(account).StatusCode.ShouldBe(202);
        app.RunUntilStatus(
            account, status => status.HasEnded || status.CustomStatus?.Phase == ClosurePhase.ManualReview, TimeSpan.FromDays(40));
        app.AdvanceBy(TimeSpan.FromHours(1));

        app.Emails.ShouldNotContain(email => email.Text.Contains("$40,000.00 was too little"), app.Story(account));
        app.Progress(account).Phase.ShouldBe(ClosurePhase.ManualReview);
    }

    [Fact]
    public void Operations_is_not_asked_for_a_decision_that_was_made()
    {
        var reviewCase = ReviewCases.For(ReviewCode.LiquidationTimedOut);
        using var scene = new ReviewScene(reviewCase);
        scene.Outbox.Refuses = "needs your decision";
        reviewCase.Before(scene);
        scene.App.Initiate(scene.Account);
        scene.AwaitReview();
        scene.App.AdvanceBy(TimeSpan.FromHours(3));
        reviewCase.Remove(scene);
        scene.Decide(ReviewChoice.Retry);
        scene.App.RunToEnd(scene.Account).Output!.Outcome.ShouldBe(ClosurePhase.Completed);

        scene.Outbox.Refuses = null;
        scene.App.AdvanceBy(TimeSpan.FromHours(1));

        scene.Outbox.Emails.ShouldNotContain(email => email.Subject.Contains("needs your decision"));
    }

    [Fact]
    public void The_customer_is_told_the_end_of_a_closure_before_a_later_one_starts()
    {
        var outbox = new FailingOutbox { Refuses = "stays open" };
        using var app = new ClosureApp(new ClosureAppSettings { ConfigureServices = services => services.AddSingleton<IOutbox>(outbox) });
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Liquidating);
        app.Cancel(account);
        app.RunToEnd(account);
        app.Simulator.AddFault(
            new Fault { Kind = FaultKind.Error, Status = 403, Count = 0, Route = "GET /v1/accounts/{account_id}/ach_relationships" });
        app.Initiate(account).StatusCode.ShouldBe(202);
        app.RunUntil(account, ClosurePhase.ManualReview);
        outbox.Refuses = null;
        app.AdvanceBy(TimeSpan.FromHours(1));
        app.Simulator.ClearFaults();
        app.Simulator.SetBlocks(account.AccountId, new Blocks(Account: true));
        app.Resolve(account, ReviewChoice.Retry).StatusCode.ShouldBe(202);
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Rejected);
        app.AdvanceBy(TimeSpan.FromDays(8));

        outbox.Emails.ShouldContain(email => email.Subject.Contains("stays open"));
    }

    [Fact]
    public void The_customer_is_told_what_was_paid_out_if_a_later_closure_never_starts()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 150_000m, Bank = new BankOptions(TransferHours: 18) });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers is [_, { Status: "SENT_TO_CLEARING" }]);
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromMinutes(1));
        app.Initiate(account).StatusCode.ShouldBe(202);
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == WaitKind.EarlierClosure);
        app.Cancel(account).StatusCode.ShouldBe(202);
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
        app.AdvanceBy(TimeSpan.FromDays(10));

        app.Emails.ShouldContain(email => email.Text.Contains("$100,000.00 had been paid out"), app.Story(account));
    }

    [Fact]
    public void A_late_message_does_not_say_that_a_reopened_account_is_closed()
    {
        var outbox = new FailingOutbox { Refuses = "is closed" };
        using var app = new ClosureApp(new ClosureAppSettings { ConfigureServices = services => services.AddSingleton<IOutbox>(outbox) });
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunToEnd(account);
        app.AdvanceBy(TimeSpan.FromHours(1));
        app.Simulator.SetStatus(account.AccountId, "ACTIVE");
        outbox.Refuses = null;
        app.AdvanceBy(TimeSpan.FromHours(1));

        outbox.Emails.ShouldNotContain(email => email.Subject.Contains("Your account is closed"));
    }

    [Fact]
    public void The_customer_of_a_blocked_account_is_not_told_to_keep_using_it()
    {
        using var scene = ReviewCases.For(ReviewCode.AccountBlocked).Play();
        scene.App.Simulator.SetBlocks(scene.Id, new Blocks(Trading: true, Transfers: true, Account: true));
        scene.Decide(ReviewChoice.Abort);
        scene.App.RunToEnd(scene.Account);
        scene.App.AdvanceBy(TimeSpan.FromHours(1));

        scene.Outbox.Emails.ShouldNotContain(email => email.Text.ReplaceLineEndings(" ").Contains("you can go on using it"));
    }

    [Fact]
    public void A_completed_closure_that_is_restarted_is_still_completed_for_the_customer()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        app.BeginToReturnWindow(account);
        app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Completed);
        app.Await(() => app.Client.RestartAsync($"closure-{account.AccountId}"));
        app.AdvanceBy(TimeSpan.FromHours(1));

        app.Send(HttpMethod.Get, $"api/account-closure/progress/{account.AccountId}")["phase"].ShouldBe("Completed");
    }

    [Theory]
    [InlineData(ReviewChoice.Skip)]
    [InlineData(ReviewChoice.Abort)]
    public void The_customer_is_told_that_a_transfer_left_in_doubt_is_uncertain(ReviewChoice choice)
    {
        using var scene = ReviewCases.For(ReviewCode.AmbiguousTransfer).Play();
        scene.Decide(choice);
        scene.App.RunToEnd(scene.Account, TimeSpan.FromDays(20));
        scene.App.AdvanceBy(TimeSpan.FromHours(1));

        scene.App.State(scene.Account).Transfers.Count(transfer => !new TransferStatus(transfer.Status).HasComeBack).ShouldBe(2);
        var last = scene.Outbox.Emails.Single(email => email.Subject.Contains("is closed") || email.Subject.Contains("stays open"));
        var text = string.Join(' ', last.Text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        text.ShouldContain("It is not certain whether another $10,000.00 was sent to your bank.");
        text.ShouldNotContain("No money had been paid out");
        text.ShouldNotContain("There was no money left to pay out");
        text.ShouldNotContain("Paid out in all");
    }

    [Fact]
    public void The_message_gives_the_request_date_although_the_closure_waited_for_an_earlier_one()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Withdrawing, new NewAccount { Cash = 80_000m, Bank = new BankOptions(TransferHours: 72) });
        app.RunUntil(() => app.State(account).Transfers is [{ Status: "SENT_TO_CLEARING" }]);
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromMinutes(1));
        app.Initiate(account).StatusCode.ShouldBe(202);
        var requestedOn = Eastern.From(app.Now).ToString("dddd, MMMM d, yyyy", CultureInfo.InvariantCulture);
        app.RunUntil(account, ClosurePhase.Liquidating, TimeSpan.FromDays(10));
        app.AdvanceBy(TimeSpan.FromMinutes(5));

        Eastern.From(app.Now).ToString("dddd, MMMM d, yyyy", CultureInfo.InvariantCulture).ShouldNotBe(requestedOn);
        app.Emails[^1].Text.ShouldContain($"We received your request on {requestedOn}");
    }
}
