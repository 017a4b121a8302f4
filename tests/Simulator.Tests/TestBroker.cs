using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace AccountClosure.Simulator.Tests;

/// <summary>A simulated broker on a clock that the test moves, and a client of it.</summary>
internal sealed class TestBroker : IAsyncDisposable
{
    /// <summary>A Monday without holidays near, an hour after the open of the market: 10:30 in New York.</summary>
    public static readonly DateTimeOffset MondayMorning = At("2026-03-02T10:30:00-05:00");

    private readonly List<BrokerSimulator> crashed = [];

    public TestBroker(SimulatorOptions? options = null, DateTimeOffset? start = null)
    {
        Time = new ManualTime(start ?? MondayMorning);
        Options = (options ?? new SimulatorOptions()) with { Time = Time, Clock = Time };
        Simulator = new BrokerSimulator(Options);
        Client = NewClient(Simulator);
    }

    public ManualTime Time { get; }

    public SimulatorOptions Options { get; }

    public BrokerSimulator Simulator { get; private set; }

    public HttpClient Client { get; private set; }

    public static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    public static AuthenticationHeaderValue Credentials(string key, string secret) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key}:{secret}")));

    public CreatedAccount Account(decimal cash = 0, params NewPosition[] positions) =>
        Simulator.CreateAccount(new NewAccount { Cash = cash, Positions = positions });

    public AccountState State(CreatedAccount account) => Simulator.State(account.AccountId);

    /// <summary>As after a crash: a new broker finds the file as the old one, which was not shut down, has left it.</summary>
    public void Restart()
    {
        crashed.Add(Simulator);
        Client.Dispose();
        Simulator = new BrokerSimulator(Options);
        Client = NewClient(Simulator);
    }

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? body = null, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Client.SendAsync(request, cancellationToken);
        return await Answer.OfAsync(response);
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> PostAsync(string path, string? body = null) => SendAsync(HttpMethod.Post, path, body);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public Task<Answer> WithdrawAsync(CreatedAccount account, string amount) =>
        PostAsync($"/v1/accounts/{account.AccountId}/transfers", TransferBody(account, amount));

    public static string TransferBody(
        CreatedAccount account, string amount, string direction = "OUTGOING", string type = "ach", string timing = "immediate") =>
        JsonSerializer.Serialize(new
        {
            transfer_type = type,
            relationship_id = account.AchRelationshipId,
            amount,
            direction,
            timing,
        });

    public Task<Answer> SellAllAsync(CreatedAccount account) =>
        DeleteAsync($"/v1/trading/accounts/{account.AccountId}/positions?cancel_orders=true");

    public Task<Answer> CloseAsync(CreatedAccount account) => PostAsync($"/v1/accounts/{account.AccountId}/actions/close");

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Simulator.DisposeAsync();
        foreach (var simulator in crashed)
            await simulator.DisposeAsync();
    }

    private static HttpClient NewClient(BrokerSimulator simulator)
    {
        var client = new HttpClient(simulator.CreateHandler())
        {
            BaseAddress = new Uri("http://broker.test"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        client.DefaultRequestHeaders.Authorization = Credentials(simulator.Options.ApiKey, simulator.Options.ApiSecret);
        return client;
    }
}

/// <summary>An answer of the broker with its body as JSON.</summary>
internal sealed record Answer(int Status, JsonElement Json, IReadOnlyDictionary<string, string> Headers, string? ContentType)
{
    public JsonElement this[string field] => Json.GetProperty(field);

    public JsonElement this[int index] => Json[index];

    public string Text(string field) => Json.GetProperty(field).GetString()!;

    public IEnumerable<JsonElement> Items => Json.EnumerateArray();

    public static async Task<Answer> OfAsync(HttpResponseMessage response)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return new Answer(
            (int)response.StatusCode,
            bytes.Length == 0 ? default : JsonDocument.Parse(bytes).RootElement,
            response.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value)),
            response.Content.Headers.ContentType?.MediaType);
    }
}
