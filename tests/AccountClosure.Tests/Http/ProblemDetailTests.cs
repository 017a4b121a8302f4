using AccountClosure.Closure;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Http;

/// <summary>A refused request says what is true of this closure now, and where to look next.</summary>
public sealed class ProblemDetailTests
{
    [Fact]
    public void A_second_cancel_is_told_that_the_closure_is_already_being_cancelled()
    {
        using var app = new ClosureApp();
        var account = BeginToClearing(app);
        app.Cancel(account).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromMinutes(1));

        var answer = app.Cancel(account);

        answer.StatusCode.ShouldBe(409);
        answer["title"].ShouldBe("The closure is already being cancelled");
        answer["detail"].ShouldBe($"The cancellation is under way. Follow it with GET /api/account-closure/task-status/{account.AccountId}.");
    }

    [Fact]
    public void A_cancel_after_the_close_was_asked_for_is_told_that_it_is_too_late()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(0m);
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus is { CanCancel: false });

        var answer = app.Cancel(account);

        answer.StatusCode.ShouldBe(409);
        answer["title"].ShouldBe("Too late to cancel");
        answer["detail"].ShouldBe(
            "The broker has been asked to close the account, or it is already closed. "
            + $"Follow the closure with GET /api/account-closure/task-status/{account.AccountId}.");
    }

    // A transfer that cannot be called back keeps an ending closure busy.
    private static CreatedAccount BeginToClearing(ClosureApp app)
    {
        var account = app.CreateAccount(new NewAccount { Cash = 80_000m, Bank = new BankOptions(TransferHours: 60) });
        app.Initiate(account);
        app.RunUntil(() => app.Books(account).Transfers is [{ Status: "SENT_TO_CLEARING" }]);
        return account;
    }
}
