using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Scenarios;

/// <summary>What a closure leaves behind that was stopped from outside.</summary>
public class StoppedClosureTests
{
    [Fact]
    public void The_books_of_a_terminated_closure_are_closed_also_when_the_broker_is_down_for_a_day()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(40_000m);
        app.Initiate(account);
        app.RunUntil(() => app.Books(account).Transfers.Count == 1);
        var outage = app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 503, Count = 0 });

        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromDays(1));
        app.CustomerOf(account)!.Status.ShouldBe("pending_closure", "the transfer is still to be followed");
        app.Simulator.RemoveFault(outage.Id);
        app.AdvanceBy(TimeSpan.FromDays(3));

        app.CustomerOf(account)!.Status.ShouldBe("active");
        app.ShouldAgreeWithTheLedger(account);
    }
}
