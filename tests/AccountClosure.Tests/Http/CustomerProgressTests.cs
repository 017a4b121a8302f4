using AccountClosure.Closure;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Http;

/// <summary>The progress route tells customers in their own words what happens next.</summary>
public sealed class CustomerProgressTests
{
    [Theory]
    [InlineData(ClosurePhase.Liquidating, "We are cancelling orders and selling positions.")]
    [InlineData(ClosurePhase.Settling, "We are waiting for the cash to become available.")]
    [InlineData(ClosurePhase.Withdrawing, "We are sending your money to your bank.")]
    [InlineData(ClosurePhase.WaitingForNextTransfer, "We are sending your money to your bank.")]
    [InlineData(ClosurePhase.Closing, "We are closing the account.")]
    public void Each_phase_has_a_sentence_of_its_own(ClosurePhase phase, string sentence)
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(phase);

        WhatComesNext(app, account).ShouldBe(sentence);
    }

    [Fact]
    public void Before_anything_is_done_the_account_is_checked()
    {
        using var app = new ClosureApp();
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 503, Count = 0 });
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.AdvanceBy(TimeSpan.FromMinutes(1));

        WhatComesNext(app, account).ShouldBe("We are checking that the account can be closed.");
    }

    [Fact]
    public void A_review_asks_nothing_of_the_customer()
    {
        using var app = new ClosureApp();
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = "AAPL", Count = 0 });
        var account = app.BeginTo(ClosurePhase.ManualReview);

        WhatComesNext(app, account).ShouldBe("We are checking the closure. You do not need to do anything.");
    }

    [Fact]
    public void Progress_stops_saying_that_money_is_being_sent_once_all_is_sent()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == WaitKind.Returns);

        WhatComesNext(app, account).ShouldBe("We have sent your money and are waiting in case your bank returns a transfer.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Progress_shows_an_accepted_cancel_and_the_transfer_that_it_waits_for(bool force)
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 80_000m, Bank = new BankOptions(TransferHours: 60) });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers is [{ Status: "SENT_TO_CLEARING" }]);
        app.Cancel(account, force).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromMinutes(1));

        WhatComesNext(app, account).ShouldBe("We are cancelling the closure. A transfer is still on its way to your bank.");

        app.AdvanceBy(TimeSpan.FromDays(5));
        WhatComesNext(app, account).ShouldBe("The closure was cancelled. The account stays open.");
    }

    [Fact]
    public void Progress_shows_an_accepted_cancel_that_cancels_orders()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Liquidating);
        app.AdvanceBy(TimeSpan.FromSeconds(5));
        app.Cancel(account).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromSeconds(1));
        app.Progress(account).CancelRequested.ShouldBeTrue();

        WhatComesNext(app, account).ShouldBe("We are cancelling the closure.");
    }

    [Fact]
    public void A_cancel_of_a_closure_that_was_closing_promises_nothing()
    {
        using var app = new ClosureApp(
            new ClosureAppSettings { Simulator = new SimulatorOptions { CloseDelay = TimeSpan.FromMinutes(30) } });
        var account = app.CreateAccount(0m);
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus is { CanCancel: false });
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromSeconds(1));

        WhatComesNext(app, account).ShouldBe("We are cancelling the closure if the account has not been closed yet.");

        app.AdvanceBy(TimeSpan.FromDays(1));
        WhatComesNext(app, account).ShouldBe("The account is closed.");
    }

    [Fact]
    public void A_closure_that_was_stopped_says_so_before_its_cleanup_starts()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Settling);
        app.Send(HttpMethod.Post, $"runtime/webhooks/durabletask/instances/closure-{account.AccountId}/terminate?reason=test").StatusCode
            .ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromSeconds(1));

        WhatComesNext(app, account)
            .ShouldBe("The closure was stopped. We are finishing what is still open and will tell you how it ended.");
    }

    [Fact]
    public void A_refused_closure_says_that_it_was_rejected()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        app.Simulator.SetStatus(account.AccountId, SafetyChecks.Closed);
        app.Initiate(account);
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Rejected);

        WhatComesNext(app, account).ShouldBe("The closure was rejected. Nothing more will happen.");
        app.Send(HttpMethod.Get, $"api/account-closure/progress/{account.AccountId}").Json.TryGetProperty("remaining", out _)
            .ShouldBeFalse("nobody has read the account");
    }

    private static string? WhatComesNext(ClosureApp app, CreatedAccount account) =>
        app.Send(HttpMethod.Get, $"api/account-closure/progress/{account.AccountId}")["whatComesNext"];
}
