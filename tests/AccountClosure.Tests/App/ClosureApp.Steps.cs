using System.Net.Http.Json;
using System.Text.Json;
using AccountClosure.Closure;
using AccountClosure.Customers;
using AccountClosure.Embedded.Host.Http;
using AccountClosure.Records;
using AccountClosure.Simulator;
using Microsoft.Extensions.DependencyInjection;
using CreatedAccount = AccountClosure.Simulator.CreatedAccount;

namespace AccountClosure.Tests.App;

/// <summary>What people and programs do with the app over HTTP.</summary>
public sealed partial class ClosureApp
{
    public CreatedAccount CreateAccount(decimal cash, params NewPosition[] positions) =>
        CreateAccount(new NewAccount { Cash = cash, Positions = positions });

    public CreatedAccount CreateAccount(NewAccount account) => Simulator.CreateAccount(account);

    /// <summary>Sends a request and runs until the answer.</summary>
    public HttpAnswer Send(
        HttpMethod method, string path, object? body = null, string? key = FunctionKey,
        (string Name, string Value)? header = null) => Await(async () =>
    {
        // The durable webhooks have their own key.
        using var client = CreateClient(
            key == FunctionKey && path.StartsWith("runtime/", StringComparison.Ordinal) ? WebhookKey.From(key) : key);
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = body as HttpContent ?? JsonContent.Create(body, options: ClosureJson.Options);
        if (header is { } more)
            request.Headers.TryAddWithoutValidation(more.Name, more.Value);
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new HttpAnswer(response.StatusCode, text, response.Content.Headers.ContentType?.MediaType, response.Headers.Location);
    });

    /// <summary>Requests the closure of the account and returns the app's answer.</summary>
    public HttpAnswer Initiate(CreatedAccount account, string reason = "moving abroad") => Send(
        HttpMethod.Post,
        $"api/account-closure/initiate/{account.AccountId}",
        new { account.UserId, account.AchRelationshipId, reason });

    /// <summary>A person decides about a closure in manual review, or about its cleanup.</summary>
    /// <param name="review">The number of the review; the current one by default.</param>
    public HttpAnswer Resolve(CreatedAccount account, ReviewChoice choice, int? review = null) => Send(
        HttpMethod.Post,
        $"api/account-closure/resolve-task/{account.AccountId}",
        new
        {
            review = review ?? TaskStatus(account).Review?.Number,
            choice = choice.ToString(),
            actor = "an operator",
            reason = "decided in a test",
        });

    /// <summary>What operations sees. For a closure that was stopped from outside, this is the progress of its cleanup.</summary>
    public ClosureProgress TaskStatus(CreatedAccount account) =>
        Send(HttpMethod.Get, $"api/account-closure/task-status/{account.AccountId}").Json.GetProperty("progress")
            .Deserialize<ClosureProgress>(ClosureJson.Options)!;

    public HttpAnswer Cancel(CreatedAccount account, bool force = false) => Send(
        HttpMethod.Post,
        $"api/account-closure/cancel-task/{account.AccountId}",
        new { actor = "an operator", reason = "the customer has changed their mind", force });

    /// <summary>The current answer of the durable status URL.</summary>
    public ClosureStatus Status(CreatedAccount account)
    {
        var answer = Send(HttpMethod.Get, $"runtime/webhooks/durabletask/instances/{ClosureInstance.IdFor(account.AccountId)}");
        return answer.As<ClosureStatus>();
    }

    /// <summary>The current custom status.</summary>
    public ClosureProgress Progress(CreatedAccount account) =>
        Status(account).CustomStatus ?? throw new InvalidOperationException("The closure has said nothing yet.");

    /// <summary>Lets time pass until the closure is in the phase.</summary>
    public ClosureProgress RunUntil(CreatedAccount account, ClosurePhase phase, TimeSpan? atMost = null)
    {
        RunUntilStatus(account, status => status.CustomStatus?.Phase == phase, atMost);
        return Progress(account);
    }

    /// <summary>
    /// Runs a closure to the phase. By default the account holds $79,000 in cash and ten shares of $100, paid out in two transfers of 18
    /// hours.
    /// </summary>
    public CreatedAccount BeginTo(ClosurePhase phase, NewAccount? of = null)
    {
        var account = CreateAccount(of ?? new NewAccount
        {
            Cash = 79_000m,
            Positions = [new NewPosition("AAPL", 10, 100m)],
            Bank = new BankOptions(TransferHours: 18),
        });
        Initiate(account);
        RunUntil(account, phase);
        return account;
    }

    /// <summary>Lets time pass until the status meets the condition, which is checked after each episode of an orchestration.</summary>
    public void RunUntilStatus(CreatedAccount account, Func<ClosureStatus, bool> isAsWanted, TimeSpan? atMost = null)
    {
        long seen = -1;
        RunUntil(
            () =>
            {
                var episodes = Counters.Episodes;
                if (episodes == seen)
                    return false;
                seen = episodes;
                return isAsWanted(Status(account));
            },
            atMost);
    }

    /// <summary>Lets time pass until the closure has ended with any outcome.</summary>
    public ClosureStatus RunToEnd(CreatedAccount account, TimeSpan? atMost = null)
    {
        RunUntilStatus(account, status => status.HasEnded, atMost);
        return Status(account);
    }

    /// <summary>The account state at the broker.</summary>
    public AccountClosure.Simulator.AccountState State(CreatedAccount account) => Simulator.State(account.AccountId);

    /// <summary>Raises an external event through the durable webhook, past the checks of the app's own routes.</summary>
    public HttpAnswer Raise(CreatedAccount account, string eventName, object payload) =>
        Send(HttpMethod.Post, $"runtime/webhooks/durabletask/instances/closure-{account.AccountId}/raiseEvent/{eventName}", payload);

    /// <summary>The firm's own record of the customer; null before a closure changed it.</summary>
    public CustomerRecord? CustomerOf(CreatedAccount account) =>
        Await(() => Services.GetRequiredService<ICustomerRecords>().FindAsync(account.AccountId));

    public IReadOnlyList<AuditEntry> AuditOf(CreatedAccount account) =>
        Await(() => Services.GetRequiredService<IAuditLog>().ListAsync(account.AccountId));

    public IReadOnlyList<LedgerTransfer> LedgerOf(CreatedAccount account) => Await(() => Ledger.ListAsync(account.AccountId));
}

/// <param name="Text">The body as received.</param>
public sealed record HttpAnswer(System.Net.HttpStatusCode Status, string Text, string? MediaType, Uri? Location)
{
    public int StatusCode => (int)Status;

    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Text);

    public T As<T>() => JsonSerializer.Deserialize<T>(Text, ClosureJson.Options)!;

    public string? this[string property] => Json.TryGetProperty(property, out var value) ? value.ToString() : null;
}
