using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AccountClosure.Closure;
using AccountClosure.Simulation.Invariants;
using AccountClosure.Simulator;

namespace AccountClosure.Simulation.World;

/// <summary>What customers, operators and programs request from the app and from the durable API, at any time.</summary>
internal sealed class People(SimulatedWorld world)
{
    private const string Bought = "SPY";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(40);

    private readonly Draws _draws = new(world.Course.Seed, "people");
    private decimal? _price;

    private string AccountId => world.Account.AccountId;

    public void Initiate()
    {
        world.ExpectClosureUntil(world.Now);
        bool isStarted = false;
        world.Ask(
            "customer",
            HttpMethod.Post,
            $"api/account-closure/initiate/{AccountId}",
            new { userId = world.Account.UserId, achRelationshipId = world.Account.AchRelationshipId, reason = "drawn" },
            status => isStarted = status != HttpStatusCode.ServiceUnavailable);
        // The records are down, or the process died before it answered: the customer tries again.
        DateTimeOffset again = world.Now + Patience;
        world.ExpectClosureUntil(again);
        world.At(again, () =>
        {
            if (!isStarted)
                Initiate();
        });
    }

    public void Cancel(bool force) => world.Ask(
        "customer", HttpMethod.Post, $"api/account-closure/cancel-task/{AccountId}",
        new { actor = "an operator", reason = "drawn", force });

    /// <summary>Terminates the instance through the plain durable API, without the app.</summary>
    public void Terminate() => world.Stop();

    public void Suspend() => world.Ask("operator", HttpMethod.Post, world.Webhook("/suspend?reason=drawn"), new { });

    public void Resume()
    {
        world.Ask("operator", HttpMethod.Post, world.Webhook("/resume?reason=drawn"), new { });
        world.Watch.Resumed();
    }

    public void StrayEvent(bool resolves) => world.Ask(
        "stranger",
        HttpMethod.Post,
        world.Webhook($"/raiseEvent/{(resolves ? nameof(Resolve) : nameof(Closure.Cancel))}"),
        new { choice = 7, words = "not what is expected" });

    /// <summary>Terminates the instance, and deletes it before anything cleans up after it.</summary>
    public void TerminateAndPurge()
    {
        world.Stop();
        After(TimeSpan.FromHours(2), () => world.Ask("operator", HttpMethod.Delete, world.Webhook(""), new { }));
    }

    /// <summary>
    /// Restarts an ended instance with its own input through the durable API, or, as is the default there, starts a copy
    /// with a new id.
    /// </summary>
    public void Restart()
    {
        string isCopy = _draws.Chance(0.3) ? "true" : "false";
        world.Ask("operator", HttpMethod.Post, world.Webhook($"/restart?restartWithNewInstanceId={isCopy}"), new { });
    }

    public void TerminateAndRestart()
    {
        world.Stop();
        After(TimeSpan.FromMinutes(30), Restart);
    }

    public void TerminateAndInitiate()
    {
        world.Stop();
        After(TimeSpan.FromMinutes(40), Initiate);
    }

    public void ForceAndInitiate()
    {
        Cancel(force: true);
        After(TimeSpan.FromMinutes(40), Initiate);
    }

    /// <summary>Two people decide about the same review.</summary>
    public void DecideTwice()
    {
        if (world.Watch.Review is not { } review)
            return;
        world.Decide(review, "Retry");
        string other = review.Choices.Contains("Abort", StringComparer.Ordinal) ? "Abort" : "Retry";
        After(TimeSpan.FromMinutes(2), () => world.Decide(review, other));
    }

    /// <summary>The customer buys or sells at a price that the market reaches soon, later, or never.</summary>
    public void Trade(bool buys)
    {
        AccountState atBroker = world.State();
        double? reached = _draws.OneOf<double?>(1, 30, 600, 7_200, null);
        NewOrder order;
        if (buys)
        {
            // A share has one price. An order at another price would change the value of the account.
            decimal price = _draws.Dollars(1m, 50m);
            price = _price ??= price;
            decimal quantity = decimal.Round(atBroker.CashWithdrawable / price * _draws.OneOf(0.1m, 0.5m, 0.99m), 2);
            order = new NewOrder(Bought, quantity, "buy", price, reached);
        }
        else
        {
            if (atBroker.Positions.Count == 0)
                return;
            PositionState position = atBroker.Positions[_draws.Index(atBroker.Positions.Count)];
            order = new NewOrder(position.Symbol, decimal.Round(position.Qty * _draws.OneOf(0.3m, 1m), 3), "sell", position.Price, reached);
        }
        if (atBroker.Status != "ACTIVE" || order.Qty <= 0m || world.CloseAcceptedAt is not null)
            return;
        try
        {
            world.Changes.CustomerOrders.Add(world.Broker.AddOrder(AccountId, order));
        }
        catch (ControlException impossible)
        {
            world.Story.Tell("customer", $"cannot {order.Side} {order.Symbol}: {impossible.Message}");
            return;
        }
        if (reached is null)
            world.Unhealed.Add("The customer's order", CancelOrders);
        world.Changes.LastHolding = world.LastChange = world.Now;
        world.Inject("customer's order", "customer", $"{order.Side} {order.Qty} {order.Symbol} at {order.LimitPrice}");
    }

    // Manually, at the broker.
    private void CancelOrders()
    {
        using HttpMessageInvoker broker = new(world.Broker.CreateHandler());
        using HttpRequestMessage request = new(HttpMethod.Delete, new Uri($"http://localhost:7072/v1/trading/accounts/{AccountId}/orders"));
        byte[] key = Encoding.UTF8.GetBytes($"{world.Broker.Options.ApiKey}:{world.Broker.Options.ApiSecret}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(key));
        _ = broker.SendAsync(request, CancellationToken.None);
        if (world.State().Orders.Any(order => BrokersWords.IsWorking(order.Status)))
            world.Unhealed.Add("The customer's order", CancelOrders);
    }

    // Mostly soon, before others have done their part.
    private void After(TimeSpan longest, Action act)
    {
        TimeSpan later = TimeSpan.FromSeconds(1) + _draws.MostlyShort(longest);
        world.ExpectClosureUntil(world.Now + later);
        world.At(world.Now + later, act);
    }
}
