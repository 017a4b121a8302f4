using AccountClosure.Closure;
using AccountClosure.Notifications;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>What the customer is told of the money when the account is closed and something went another way.</summary>
public sealed class ClosedAccountMessageTests
{
    private const string Trading = "GET /v1/trading/accounts/{account_id}/account";
    private const string Positions = "GET /v1/trading/accounts/{account_id}/positions";

    [Fact]
    public void What_has_arrived_is_not_said_to_be_left_in_the_closed_account()
    {
        using var app = new ClosureApp();
        var account = TransferInFlightWhenOthersClose(app, 20_000m);
        app.Cancel(account).StatusCode.ShouldBe(202);

        app.RunToEnd(account, TimeSpan.FromDays(20)).Output!.Remaining.ShouldBe(Money.Zero);
        app.AdvanceBy(TimeSpan.FromHours(1));

        app.Books(account).Transfers.ShouldHaveSingleItem().Status.ShouldBe("COMPLETE");
        var text = LastMessage(app);
        text.ShouldNotContain("is left in the account");
        text.ShouldContain("Paid out in all: $20,000.00");
    }

    [Fact]
    public void What_stays_on_its_way_is_not_said_to_be_left_in_the_closed_account()
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
    }

    private static string LastMessage(ClosureApp app) => Flat(app.Emails.Single(email => email.Subject.Contains("is closed")));

    private static string Flat(Email email) =>
        string.Join(' ', email.Text.Split((char[])[' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private static CreatedAccount TransferInFlightWhenOthersClose(ClosureApp app, decimal cash, int transferHours = 18)
    {
        var account = app.BeginTo(ClosurePhase.Withdrawing, new NewAccount { Cash = cash, Bank = new BankOptions(TransferHours: transferHours) });
        app.RunUntil(() => app.Books(account).Transfers is [{ Status: "SENT_TO_CLEARING" }]);
        app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");
        HideBalances(app);
        return account;
    }

    private static void HideBalances(ClosureApp app)
    {
        foreach (var route in new[] { Trading, Positions })
            app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 403, Count = 0, Route = route });
    }
}
