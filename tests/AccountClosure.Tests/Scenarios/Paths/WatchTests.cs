using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>The hourly watch reports each closure that waits, and no instance blocks the others.</summary>
public sealed class WatchTests
{
    private const string TradingAccount = "GET /v1/trading/accounts/{account_id}/account";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_suspended_closure_is_reported_with_or_without_a_next_action_time(bool duringAStep)
    {
        var log = new Recorder();
        using var app = AppWith(log);
        var account = app.CreateAccount(79_000m, new NewPosition("AAPL", 10, 100m));
        if (duringAStep)
            app.Simulator.AddFault(new Fault { Kind = FaultKind.Delay, DelaySeconds = 20, Count = 1, Route = TradingAccount });
        app.Initiate(account);
        if (duringAStep)
            app.AdvanceBy(TimeSpan.FromSeconds(5));
        else
            app.RunUntilStatus(account, status => status.CustomStatus is { NextActionAt: not null });
        Post(app, account, "suspend");
        app.AdvanceBy(TimeSpan.FromHours(1));

        var progress = app.Progress(account);
        log.Lines.ShouldContain(
            line => line.Contains($"{progress.ConfirmationNumber} is suspended in {progress.Phase}"), string.Join('\n', log.Lines));
    }

    [Fact]
    public void A_closure_without_a_next_action_time_that_makes_no_progress_is_reported_as_late()
    {
        var log = new Recorder();
        using var app = AppWith(log, control => control.Holds = (method, _) => method == nameof(IClosureTracking.SaveAsync));
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntil(() => app.HeldOf<IClosureTracking>().IsHeld);
        app.AdvanceBy(TimeSpan.FromMinutes(61));
        var progress = app.Progress(account);
        progress.NextActionAt.ShouldBeNull();
        log.Lines.ShouldNotContain(line => line.Contains("is late"));

        app.AdvanceBy(TimeSpan.FromHours(1));

        log.Lines.ShouldContain(line => line.Contains($"{progress.ConfirmationNumber} is late"), string.Join('\n', log.Lines));
    }

    [Fact]
    public void A_manually_started_instance_does_not_keep_the_watch_from_the_others()
    {
        var log = new Recorder();
        using var app = AppWith(log);
        const string Instance = "closure-0b1e8f0e-0000-4000-8000-000000000001";
        // Started through the durable API, with the parts of the state that a person knows.
        app.Send(
            HttpMethod.Post,
            $"runtime/webhooks/durabletask/orchestrators/CloseAccount/{Instance}",
            new
            {
                request = new { accountId = Instance["closure-".Length..], userId = "u", achRelationshipId = "r", reason = "x" },
                policy = new { },
                phaseSince = app.Now,
            })
            .StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromHours(1));
        log.Lines.ShouldContain(line => line.Contains(Instance) && line.Contains("not a closure's"));
        app.Send(HttpMethod.Post, $"runtime/webhooks/durabletask/instances/{Instance}/terminate?reason=mistake").StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromMinutes(1));
        var account = app.BeginTo(ClosurePhase.Withdrawing);
        Post(app, account, "terminate");
        app.AdvanceBy(TimeSpan.FromDays(10));

        app.AuditOf(account).ShouldContain(entry => entry.Event == "ClosureCancelled", app.Story(account));
        app.Send(HttpMethod.Get, "api/account-closure/all-active-tasks").StatusCode.ShouldBe(200);
    }

    [Fact]
    public void A_closure_that_the_watch_cannot_process_does_not_block_the_others()
    {
        string? fails = null;
        var log = new Recorder();
        using var app = AppWith(log, control =>
            control.Fails = (method, args) => method == nameof(IClosureTracking.FindAsync) && (string)args[0]! == fails);
        CreatedAccount[] accounts = [app.BeginTo(ClosurePhase.Withdrawing), app.BeginTo(ClosurePhase.Withdrawing)];
        // The watch takes the instances in the order of their ids.
        var (first, second) = string.CompareOrdinal(accounts[0].AccountId, accounts[1].AccountId) < 0 ? (accounts[0], accounts[1])
            : (accounts[1], accounts[0]);
        fails = app.Progress(first).ConfirmationNumber;
        Post(app, first, "terminate");
        Post(app, second, "terminate");
        app.AdvanceBy(TimeSpan.FromHours(2));

        log.Lines.ShouldContain(line => line.Contains($"could not handle instance closure-{first.AccountId}"));
        app.AuditOf(second).ShouldContain(entry => entry.Event == "ClosureStopped", app.Story(second));
    }

    private static ClosureApp AppWith(Recorder log, Action<Held<IClosureTracking>>? set = null) => new(new ClosureAppSettings
    {
        ConfigureServices = services => services
            .AddSingleton(typeof(ILogger<>), typeof(RecordingLogger<>))
            .AddSingleton(log)
            .AddSingleton(provider =>
            {
                var (port, control) = Held<IClosureTracking>.Around(ActivatorUtilities.CreateInstance<ClosureTracking>(provider));
                set?.Invoke(control);
                return port;
            }),
    });

    private static void Post(ClosureApp app, CreatedAccount account, string what)
    {
        app.Send(HttpMethod.Post, $"runtime/webhooks/durabletask/instances/closure-{account.AccountId}/{what}?reason=test").StatusCode
            .ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromSeconds(1));
    }

    internal sealed class Recorder
    {
        public List<string> Lines { get; } = [];
    }

    internal sealed class RecordingLogger<T>(Recorder recorder) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            recorder.Lines.Add(formatter(state, exception));
    }
}
