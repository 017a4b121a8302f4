using AccountClosure.Closure;
using AccountClosure.Simulator;

namespace AccountClosure.Tests.App;

public sealed class ClosureAppTests
{
    private static readonly NewPosition[] Positions = [new("AAPL", 120, 225.50m), new("MSFT", 40, 430m), new("VTI", 50, 314.80m)];

    [Fact]
    public void An_account_of_150_000_dollars_is_paid_out_in_three_transfers_and_closed()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(90_000m, Positions);

        app.Initiate(account).StatusCode.ShouldBe(202);
        var status = app.RunToEnd(account);

        status.IsClosed.ShouldBeTrue();
        app.State(account).Status.ShouldBe("ACCOUNT_CLOSED");
        app.State(account).Transfers.Select(transfer => transfer.Amount).ShouldBe([50_000m, 50_000m, 50_000m]);
        app.LedgerOf(account).Count.ShouldBe(3);
        app.Emails.Count.ShouldBe(2);
    }

    [Fact]
    public void The_same_closure_takes_the_same_course_every_time()
    {
        Course().ShouldBe(Course());

        static string Course()
        {
            using var app = new ClosureApp();
            var account = app.CreateAccount(90_000m, Positions);
            app.Initiate(account);
            app.RunToEnd(account);
            return app.Send(HttpMethod.Get, $"api/account-closure/task-status/{account.AccountId}").Text;
        }
    }

    [Fact]
    public void A_crash_while_a_transfer_is_in_flight_changes_nothing()
    {
        using var app = new ClosureApp(new ClosureAppSettings { OnDisk = true });
        var account = app.CreateAccount(90_000m, Positions);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Withdrawing);

        app.Restart(down: TimeSpan.FromHours(5));
        app.RunToEnd(account).IsClosed.ShouldBeTrue();

        app.State(account).Transfers.Count.ShouldBe(3);
        app.Emails.Count.ShouldBe(2);
    }
}
