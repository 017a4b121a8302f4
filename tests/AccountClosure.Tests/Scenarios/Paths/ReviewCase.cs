using AccountClosure.Closure;
using AccountClosure.Notifications;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>
/// One way into manual review: an account, what goes wrong with it, and how the cause is removed. There is one for every
/// <see cref="ReviewCode"/>, so that the rules for reviews can be tested for all of them.
/// </summary>
/// <param name="From">The phase to which a retry returns.</param>
/// <param name="WasThere">US dollars in the account, including late cash.</param>
internal sealed record ReviewCase(ReviewCode Code, ClosurePhase From, decimal WasThere, NewAccount Account)
{
    public Dictionary<string, string?> Configuration { get; init; } = [];

    public SimulatorOptions Simulator { get; init; } = new();

    /// <summary>Runs before the closure starts.</summary>
    public Action<ReviewScene> Before { get; init; } = _ => { };

    /// <summary>Runs while the closure runs.</summary>
    public Action<ReviewScene> Cause { get; init; } = _ => { };

    /// <summary>What a person fixes before they decide to continue.</summary>
    public Action<ReviewScene> Remove { get; init; } = scene => scene.App.Simulator.ClearFaults();

    /// <summary>Starts the closure and runs it until the review.</summary>
    public ReviewScene Play()
    {
        var scene = new ReviewScene(this);
        Before(scene);
        scene.App.Initiate(scene.Account).StatusCode.ShouldBe(202);
        Cause(scene);
        scene.AwaitReview();
        return scene;
    }
}

/// <summary>A running review case.</summary>
internal sealed class ReviewScene : IDisposable
{
    private readonly ReviewCase _case;

    public ReviewScene(ReviewCase reviewCase)
    {
        _case = reviewCase;
        App = new ClosureApp(new ClosureAppSettings
        {
            Configuration = new(reviewCase.Configuration),
            Simulator = reviewCase.Simulator,
            ConfigureServices = services => services.AddSingleton<IOutbox>(Outbox),
        });
        Account = App.CreateAccount(reviewCase.Account);
    }

    public ClosureApp App { get; }

    public CreatedAccount Account { get; }

    public FailingOutbox Outbox { get; } = new();

    public string Id => Account.AccountId;

    public ReviewProgress AwaitReview()
    {
        var review = App.RunUntil(Account, ClosurePhase.ManualReview, TimeSpan.FromDays(30)).Review.ShouldNotBeNull();
        review.Code.ShouldBe(_case.Code);
        review.From.ShouldBe(_case.From);
        return review;
    }

    public void Decide(ReviewChoice choice) => App.Resolve(Account, choice).StatusCode.ShouldBe(202);

    /// <summary>A fault that affects every matching request, for any account, until it is removed.</summary>
    public void Strike(string? route, int status) =>
        App.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = status, Count = 0, Route = route });

    public void Dispose() => App.Dispose();
}
