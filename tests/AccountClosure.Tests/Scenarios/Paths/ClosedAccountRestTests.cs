using AccountClosure.Closure;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>The closure detects what is left in a closed account although the broker refuses a read of it.</summary>
public sealed class ClosedAccountRestTests
{
    private const string Trading = "GET /v1/trading/accounts/{account_id}/account";
    private const string Positions = "GET /v1/trading/accounts/{account_id}/positions";
    private const string Close = "/v1/accounts/{account_id}/actions/close";

    [Theory]
    [InlineData(Trading, 403)]
    [InlineData(Trading, 404)]
    [InlineData(Positions, 403)]
    [InlineData(Positions, 404)]
    public void A_single_refusal_to_show_the_closed_account_hides_no_money(string route, int status)
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntil(() => app.Requests("POST", Close) == 1);
        app.AdvanceBy(TimeSpan.FromMinutes(3));
        app.State(account).Status.ShouldBe("ACTIVE");
        app.Simulator.AddCash(account.AccountId, new CashChange(500m));
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = status, Count = 1, Route = route });
        app.AdvanceBy(TimeSpan.FromDays(1));

        app.State(account).Cash.ShouldBe(500m);
        app.Progress(account).Phase.ShouldBe(ClosurePhase.ManualReview, app.Story(account) + "\n" + app.Emails[^1].Text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_cleanup_that_never_read_the_cash_does_not_say_that_there_was_none(int count)
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Settling);
        app.AdvanceBy(TimeSpan.FromMinutes(1));
        var url = $"runtime/webhooks/durabletask/instances/closure-{account.AccountId}";
        app.Send(HttpMethod.Post, url + "/terminate?reason=test").StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromSeconds(1));
        app.Send(HttpMethod.Delete, url).StatusCode.ShouldBe(200);
        // The back office closes the account with cash in it, and the broker hides the balances of a closed account.
        app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 403, Count = count, Route = Trading });
        app.AdvanceBy(TimeSpan.FromDays(2));

        app.State(account).Cash.ShouldBe(80_000m);
        app.Emails.ShouldNotContain(
            email => email.Text.Contains("There was no money left to pay out"), app.Story(account) + "\n" + app.Emails[^1].Text);
        app.TaskStatus(account).Review.ShouldNotBeNull().Code.ShouldBe(ReviewCode.ClosedWithAssets);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Positions_of_a_closed_account_count_although_its_balances_are_not_shown(int count)
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        app.BeginToReturnWindow(account);
        app.Simulator.AddPosition(account.AccountId, new NewPosition("SPIN", 10, 100m));
        app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");
        app.RunUntil(() => app.Progress(account).Wait == WaitKind.ClosedAccount, TimeSpan.FromDays(3));
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 403, Count = count, Route = Trading });
        app.AdvanceBy(TimeSpan.FromDays(4));

        app.State(account).Positions.Count.ShouldBe(1);
        app.Requests("GET", Positions["GET ".Length..]).ShouldBeGreaterThan(0);
        app.Progress(account).Phase.ShouldBe(ClosurePhase.ManualReview, app.Story(account) + "\n" + app.Emails[^1].Text);
    }

    [Fact]
    public void Positions_that_the_broker_hides_in_a_closed_account_need_manual_review()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Liquidating, new NewAccount { Cash = 0m, Positions = [new NewPosition("AAPL", 10, 100m)] });
        app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");
        app.RunUntil(() => app.Progress(account).Wait == WaitKind.ClosedAccount, TimeSpan.FromDays(3));
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 403, Count = 0, Route = Positions });
        app.AdvanceBy(TimeSpan.FromDays(4));

        app.Emails.ShouldNotContain(email => email.Text.Contains("no money left"), app.Story(account));
        var review = app.TaskStatus(account).Review.ShouldNotBeNull();
        review.Code.ShouldBe(ReviewCode.ClosedWithAssets);
        app.TaskStatus(account).LastError.ShouldNotBeNull().ShouldContain("positions that the broker does not show");

        app.Resolve(account, ReviewChoice.Skip).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromHours(3));
        app.Emails[^1].Text.ShouldContain("It is not certain whether money or positions are left in the account.");
    }

    [Fact]
    public void A_person_ends_a_cleanup_that_never_reads_the_cash_and_the_customer_is_told()
    {
        using var app = new ClosureApp();
        var account = BeginUnseenCleanup(app);
        app.Resolve(account, ReviewChoice.Skip).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromHours(3));

        app.TrackingOf(account).ShouldHaveSingleItem().Phase.ShouldBe("Completed");
        app.Emails[^1].Text.ShouldContain("It is not certain whether money or positions are left in the account.");
        app.Emails[^1].Text.ShouldNotContain("There was no money left");
    }

    [Fact]
    public void A_refusal_before_a_review_hides_no_money_after_it()
    {
        using var app = new ClosureApp();
        var account = BeginUnseenCleanup(app);
        app.Simulator.ClearFaults();
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 403, Count = 1, Route = Trading });
        app.Resolve(account, ReviewChoice.Skip).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromHours(3));

        app.TaskStatus(account).Review.ShouldNotBeNull().Code.ShouldBe(ReviewCode.ClosedWithAssets);
        app.TaskStatus(account).LastError.ShouldNotBeNull().ShouldContain("$80,000.00");
    }

    /// <summary>
    /// Purges a closure whose account others close while the broker hides the balances, so that the cleanup asks a person.
    /// </summary>
    private static CreatedAccount BeginUnseenCleanup(ClosureApp app)
    {
        var account = app.BeginTo(ClosurePhase.Settling);
        app.AdvanceBy(TimeSpan.FromMinutes(1));
        var url = $"runtime/webhooks/durabletask/instances/closure-{account.AccountId}";
        app.Send(HttpMethod.Post, url + "/terminate?reason=test").StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromSeconds(1));
        app.Send(HttpMethod.Delete, url).StatusCode.ShouldBe(200);
        app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 403, Count = 0, Route = Trading });
        app.AdvanceBy(TimeSpan.FromDays(2));
        return account;
    }
}
