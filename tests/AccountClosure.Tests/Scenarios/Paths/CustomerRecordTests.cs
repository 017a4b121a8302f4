using AccountClosure.Closure;
using AccountClosure.Customers;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>The customer's record says pending_closure while the closure runs, and afterwards the state of the account.</summary>
public sealed class CustomerRecordTests
{
    [Fact]
    public void A_record_marked_between_the_restore_and_the_end_does_not_stay_pending()
    {
        Held<ICustomerRecords> customers = null!;
        Held<IClosureTracking> tracking = null!;
        using var app = new ClosureApp(new ClosureAppSettings
        {
            ConfigureServices = services => services
                .AddSingleton(provider =>
                {
                    (var port, customers) = Held<ICustomerRecords>.Around(ActivatorUtilities.CreateInstance<CustomerRecords>(provider));
                    customers.Holds = (method, _) => method == nameof(ICustomerRecords.MarkPendingClosureAsync);
                    return port;
                })
                .AddSingleton(provider =>
                {
                    (var port, tracking) = Held<IClosureTracking>.Around(ActivatorUtilities.CreateInstance<ClosureTracking>(provider));
                    tracking.Holds = (method, args) => method == nameof(IClosureTracking.SaveAsync)
                        && ((ClosureRecord)args[0]!).Phase == "Cancelled";
                    return port;
                }),
        });
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntil(() => customers is { IsHeld: true });
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.RunUntil(() => tracking.IsHeld, TimeSpan.FromHours(3));
        app.ReleaseAndGoOn<ICustomerRecords>();
        app.AdvanceBy(TimeSpan.FromSeconds(1));
        app.ReleaseAndGoOn<IClosureTracking>();
        app.AdvanceBy(TimeSpan.FromDays(60));

        app.Emails.ShouldContain(email => email.Subject.Contains("stays open"));
        (app.CustomerOf(account)?.Status ?? "active").ShouldBe("active", app.Story(account));
    }

    [Fact]
    public void A_cancelled_closure_of_a_reopened_account_leaves_its_record_active()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunToEnd(account).IsClosed.ShouldBeTrue();
        app.AdvanceBy(TimeSpan.FromDays(30));
        app.Simulator.SetStatus(account.AccountId, "ACTIVE");
        app.Simulator.AddCash(account.AccountId, new CashChange(5_000m));
        app.Initiate(account).StatusCode.ShouldBe(202);
        app.RunUntil(account, ClosurePhase.Withdrawing);
        app.Cancel(account).StatusCode.ShouldBe(202);
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
        app.AdvanceBy(TimeSpan.FromHours(1));

        app.State(account).Status.ShouldBe("ACTIVE");
        app.Emails.ShouldContain(email => email.Subject.Contains("stays open"), app.Story(account));
        app.CustomerOf(account)!.Status.ShouldBe("active");
    }
}
