using AccountClosure.Closure;
using AccountClosure.Notifications;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>An email that cannot be sent is retried beside the closure, which does not wait for it.</summary>
public sealed class LastMessageTests : IDisposable
{
    private readonly FailingOutbox _outbox = new();
    private readonly ClosureApp _app;
    private readonly CreatedAccount _account;

    public LastMessageTests()
    {
        _app = new ClosureApp(new ClosureAppSettings { ConfigureServices = services => services.AddSingleton<IOutbox>(_outbox) });
        _account = _app.CreateAccount(1_000m);
    }

    public void Dispose() => _app.Dispose();

    [Fact]
    public void A_closure_completes_during_a_mail_outage_and_tells_the_customer_later()
    {
        _outbox.Refuses = "account";
        _app.Initiate(_account);
        _app.RunToEnd(_account);
        _app.ShouldBeClosedWithAllPaidOut(_account, wasThere: 1_000m);
        _outbox.Emails.ShouldBeEmpty();

        _outbox.Refuses = null;
        _app.AdvanceBy(TimeSpan.FromHours(1));

        _outbox.Emails.ShouldHaveSingleItem().Subject.ShouldContain("Your account is closed");
    }

    [Fact]
    public void A_cancelled_closure_ends_during_a_mail_outage_and_tells_the_customer_later()
    {
        _outbox.Refuses = "Your account stays open";
        _app.Initiate(_account);
        _app.RunUntil(_account, ClosurePhase.Liquidating);
        _app.Cancel(_account);
        _app.RunToEnd(_account).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
        _app.CustomerOf(_account)!.Status.ShouldBe("active");

        _outbox.Refuses = null;
        _app.AdvanceBy(TimeSpan.FromHours(1));

        _outbox.Emails.Count(email => email.Subject.Contains("Your account stays open")).ShouldBe(1);
    }

    [Fact]
    public void A_first_message_that_is_late_is_not_sent_after_the_end()
    {
        _outbox.Refuses = "We have begun";
        _app.Initiate(_account);
        _app.RunUntil(_account, ClosurePhase.Liquidating);
        _app.Cancel(_account);
        _app.RunToEnd(_account);

        _outbox.Refuses = null;
        _app.AdvanceBy(TimeSpan.FromDays(1));

        _outbox.Emails.ShouldHaveSingleItem().Subject.ShouldContain("Your account stays open");
    }

    [Fact]
    public void An_email_that_cannot_be_sent_for_a_week_is_left_to_the_audit_log()
    {
        _outbox.Refuses = "We have begun";
        _app.Initiate(_account);
        _app.RunUntil(_account, ClosurePhase.Liquidating);
        _app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 503, Count = 0 });
        _app.RunUntil(() => _app.AuditOf(_account).Any(entry => entry.Event == "NotificationFailed"), TimeSpan.FromDays(8));

        _app.AuditOf(_account).Single(entry => entry.Event == "NotificationFailed").Detail.ShouldNotBeNull()
            .ShouldStartWith("ClosureInitiated: ");
    }
}
