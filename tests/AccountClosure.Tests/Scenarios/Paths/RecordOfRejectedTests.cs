using AccountClosure.Closure;
using AccountClosure.Customers;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>A refused closure leaves the customer's record as it was, whatever the closure did before.</summary>
public sealed class RecordOfRejectedTests
{
    [Fact]
    public void A_precondition_that_breaks_later_does_not_refuse_a_closure_with_a_marked_record()
    {
        using var app = new ClosureApp(new ClosureAppSettings { ConfigureServices = services => LosingRecords.Register(services) });
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == WaitKind.StepRetry);
        app.CustomerOf(account)!.Status.ShouldBe("pending_closure");
        app.Simulator.AddTransfer(account.AccountId, new NewTransfer(500m, "INCOMING"));

        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 1_500m);
        app.CustomerOf(account)!.Status.ShouldBe("closed");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_restarted_closure_that_is_refused_restores_the_record_and_tells_the_customer(int lostRestores)
    {
        using var app = new ClosureApp(
            new ClosureAppSettings { ConfigureServices = services => LosingRecords.Register(services, lostRestores) });
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntil(() => app.CustomerOf(account)?.Status == "pending_closure");
        app.Await(async () =>
        {
            await app.Client.TerminateInstanceAsync($"closure-{account.AccountId}");
            return true;
        });
        app.AdvanceBy(TimeSpan.FromMinutes(10));
        app.Simulator.AddTransfer(account.AccountId, new NewTransfer(500m, "INCOMING"));
        app.Await(() => app.Client.RestartAsync($"closure-{account.AccountId}"));

        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Rejected);
        app.AdvanceBy(TimeSpan.FromHours(1));

        app.CustomerOf(account)!.Status.ShouldBe("active");
        app.Emails[^1].Subject.ShouldContain("stays open");
    }

    [Fact]
    public void A_refusal_that_could_not_be_recorded_for_hours_is_recorded_after_a_retry()
    {
        bool fails = true;
        using var app = Held.AppWith<ICustomerRecords, CustomerRecords>(
            control => control.Fails = (method, _) => fails && method == nameof(ICustomerRecords.RestoreAsync));
        var account = app.CreateAccount(new NewAccount { Cash = 100m, Blocks = new Blocks(Account: true) });
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(2)).Review!.Code.ShouldBe(ReviewCode.StepFailed);
        fails = false;
        app.Resolve(account, ReviewChoice.Retry).StatusCode.ShouldBe(202);

        app.RunToEnd(account, TimeSpan.FromDays(1)).Output!.ReasonCode.ShouldBe("AccountBlocked");
        app.TrackingOf(account).ShouldHaveSingleItem().EndedAt.ShouldNotBeNull();
    }

    /// <summary>Customer records that lose the first answers about a mark and about a restore after they make the change.</summary>
    private sealed class LosingRecords(ICustomerRecords records, int lostRestores) : ICustomerRecords
    {
        private int _lost = 5;
        private int _lostRestores = lostRestores;

        public static void Register(IServiceCollection services, int lostRestores = 0) => services.AddSingleton<ICustomerRecords>(
            provider => new LosingRecords(ActivatorUtilities.CreateInstance<CustomerRecords>(provider), lostRestores));

        public async Task MarkPendingClosureAsync(
            string accountId, string userId, string confirmationNumber, DateTimeOffset at, CancellationToken cancellationToken = default)
        {
            await records.MarkPendingClosureAsync(accountId, userId, confirmationNumber, at, cancellationToken);
            if (_lost-- > 0)
                throw new IOException("The connection was broken.");
        }

        public Task<bool> MarkClosedAsync(
            string accountId, string confirmationNumber, DateTimeOffset at, CancellationToken cancellationToken = default) =>
            records.MarkClosedAsync(accountId, confirmationNumber, at, cancellationToken);

        public async Task<bool> RestoreAsync(
            string accountId, string confirmationNumber, DateTimeOffset at, CancellationToken cancellationToken = default)
        {
            bool isRestored = await records.RestoreAsync(accountId, confirmationNumber, at, cancellationToken);
            return _lostRestores-- > 0 ? throw new IOException("The connection was broken.") : isRestored;
        }

        public Task<IReadOnlyList<string>> ListClosuresAsync(string accountId, CancellationToken cancellationToken = default) =>
            records.ListClosuresAsync(accountId, cancellationToken);

        public Task<CustomerRecord?> FindAsync(string accountId, CancellationToken cancellationToken = default) =>
            records.FindAsync(accountId, cancellationToken);
    }
}
