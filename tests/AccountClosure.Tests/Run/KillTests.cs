using System.Net.Http.Json;
using System.Text.Json;
using AccountClosure.Closure;
using AccountClosure.Embedded.Local.Example;
using AccountClosure.Records;
using AccountClosure.Simulator;

namespace AccountClosure.Tests.Run;

/// <summary>
/// Sends SIGKILL repeatedly at random moments while many closures run. The broker is in the same process, but writes its account state to
/// the disk before it answers, so a crash of the app is not a crash of the broker. The moments are random in real time, and the final
/// invariants hold for all of them.
/// </summary>
public sealed class KillTests : IDisposable
{
    private const string Key = "key-of-the-kill-tests";
    private const int Seed = 20260302;
    private const int Closures = 50;
    private const int Kills = 25;

    /// <summary>
    /// Longest simulated time between two kills. The sum is shorter than the slowest closure, so that no kill comes too late.
    /// </summary>
    private static readonly TimeSpan LongestLeap = TimeSpan.FromHours(11);

    /// <summary>Hours that the slowest bank needs for each of its three transfers.</summary>
    private const int SlowestTransferHours = 96;

    /// <summary>Settings with a high rate limit, because waiting for the shared budget would take real time.</summary>
    private static readonly Dictionary<string, string?> Unhurried = new()
    {
        ["Broker__MaxRequestsPerSecond"] = "1000",
        ["Broker__RequestBurst"] = "1000",
    };

    private readonly string _data = Directory.CreateTempSubdirectory("kill-tests-").FullName;
#pragma warning disable CA5394 // Nothing here is a secret, and a seed repeats the choices.
    private readonly Random _random = new(Seed);
#pragma warning restore CA5394

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    [Trait("Length", "Long")]
    public async Task Fifty_closures_killed_25_times_at_random_end_with_consistent_records()
    {
        var accounts = await BeginAsync();
        var servedBefore = 0;
        for (var kill = 0; kill < Kills; kill++)
            servedBefore += await LeapAndKillAsync() ? 1 : 0;
        var problems = await EndAsync(accounts);

        problems.ShouldBeEmpty($"seed {Seed}, {Kills} kills, {servedBefore} of them while it served");
    }

    private LocalProcess Start(int speed) =>
        LocalProcess.Start(LocalProcess.FreePort(), Unhurried, "--no-example", "--data", _data, "--speed", $"{speed}", "--key", Key);

    /// <summary>Creates the accounts and starts all closures in groups, within the broker's limit of requests per minute.</summary>
    private async Task<IReadOnlyList<ExampleAccount>> BeginAsync()
    {
        using var process = Start(speed: 1);
        await process.UntilServingAsync();
        using var simulator = Simulator(process);
        using var functions = Functions(process);
        // Widens the window in which a crash could cause a second payment: the broker has acted, and the app does not know it yet.
        await PostAsync(simulator, "_sim/faults", new
        {
            kind = "delay",
            effect = "after",
            delaySeconds = 0.1,
            count = 0,
            route = "POST /v1/accounts/{account_id}/transfers",
        });
        var accounts = new List<ExampleAccount>();
        for (var number = 0; number < Closures; number++)
        {
            var account = await MakeAsync(simulator, number);
            accounts.Add(account);
            await new ExampleClosures(functions, Key).InitiateAsync(account, CancellationToken.None);
            if (number % 10 == 9)
                await PostAsync(simulator, "_sim/clock", new { advanceSeconds = 90 });
        }
        await process.KillAsync();
        return accounts;
    }

    /// <summary>Amounts around every boundary, then random ones up to $150,000. Every third account holds a part in shares.</summary>
    private async Task<ExampleAccount> MakeAsync(HttpClient simulator, int number)
    {
        decimal[] edges = [150_000m, 0m, 0.50m, 1.00m, 1.01m, 49_999.99m, 50_000.00m, 50_000.01m, 50_001.01m, 100_000.00m];
        var cash = number < edges.Length ? edges[number] : _random.Next(1, 15_000_000) / 100m;
        var shares = number % 3 == 2 ? _random.Next(1, 200) : 0;
        var body = new
        {
            cash,
            positions = shares == 0 ? [] : new[] { new { symbol = "VTI", qty = shares, price = 250 } },
            bank = new { transferHours = number == 0 ? SlowestTransferHours : _random.Next(4, 60) },
        };
        using var answer = await PostAsync(simulator, "_sim/accounts", body);
        var created = (await answer.Content.ReadFromJsonAsync<CreatedAccount>(ClosureJson.Options))!;
        return new ExampleAccount(
            created.AccountId, created.UserId, created.AchRelationshipId, new Money(cash + (shares * 250)), DateTimeOffset.UnixEpoch);
    }

    /// <summary>
    /// Starts the process, advances the clock by some hours, and kills the process meanwhile. One start in five is killed before it serves.
    /// </summary>
    /// <returns>Whether the process served requests.</returns>
    private async Task<bool> LeapAndKillAsync()
    {
        using var process = Start(speed: 1);
        var serves = _random.Next(5) > 0;
        if (serves)
        {
            await process.UntilServingAsync();
            using var simulator = Simulator(process);
            await PostAsync(simulator, "_sim/clock", new { advanceSeconds = _random.Next((int)LongestLeap.TotalSeconds) });
        }
        await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(400)), TimeProvider.System);
        await process.KillAsync();
        return serves;
    }

    /// <summary>Runs without kills until no closure continues by itself.</summary>
    /// <returns>One line for each violated invariant, judged by the broker's account state, the ledger and the emails.</returns>
    private async Task<IReadOnlyList<string>> EndAsync(IReadOnlyList<ExampleAccount> accounts)
    {
        using var process = Start(speed: 864_000);
        await process.UntilServingAsync();
        using var functions = Functions(process);
        using var simulator = Simulator(process);
        await process.UntilAsync(async () =>
        {
            var active = await functions.GetFromJsonAsync<JsonElement>($"api/account-closure/all-active-tasks?top={Closures}");
            return active.GetProperty("tasks").EnumerateArray().All(WaitsForPerson);
        });

        using var records = new SqliteRecords($"Data Source={Path.Combine(_data, "records.db")}");
        var ledger = new TransferLedger(records);
        var problems = new List<string>();
        var closures = new ExampleClosures(functions, Key);
        foreach (var account in accounts)
        {
            var status = await closures.GetStatusAsync(closures.StatusUrl(account.AccountId), CancellationToken.None);
            var atBroker = await new SimulatorClient(simulator).GetStateAsync(account.AccountId, CancellationToken.None);
            var check = new MoneyCheck(account, atBroker, await ledger.ListAsync(account.AccountId), new ClosurePolicy());
            var progress = status!.CustomStatus!;
            var found = check.Problems().ToList();
            if (!status.IsClosed)
                found.Add($"The closure is {status.RuntimeStatus} in {progress.Phase}: {progress.LastError}");
            var emails = EmailsOf(progress.ConfirmationNumber);
            if (emails != "ClosureCompleted-0, ClosureInitiated-0")
                found.Add($"The emails are {emails}.");
            problems.AddRange(found.Select(problem => $"{account.StartedWith.ForPeople()}: {problem}"));
        }
        return problems;
    }

    private static bool WaitsForPerson(JsonElement task) =>
        task.GetProperty("progress").GetProperty("phase").GetString() == nameof(ClosurePhase.ManualReview);

    /// <summary>A message may be sent more than once. Its name is its key, and the outbox accepts each key once.</summary>
    private string EmailsOf(string confirmationNumber) => string.Join(", ", Directory
        .GetFiles(Path.Combine(_data, "emails"), $"{confirmationNumber}-*.eml")
        .Select(file => Path.GetFileNameWithoutExtension(file)[(confirmationNumber.Length + 1)..])
        .Order(StringComparer.Ordinal));

    private static async Task<HttpResponseMessage> PostAsync(HttpClient http, string path, object body)
    {
        var answer = await http.PostAsJsonAsync(path, body);
        return answer.EnsureSuccessStatusCode();
    }

    private static HttpClient Functions(LocalProcess process)
    {
        var http = new HttpClient { BaseAddress = new Uri($"http://localhost:{process.Port}/") };
        http.DefaultRequestHeaders.Add("x-functions-key", Key);
        return http;
    }

    private static HttpClient Simulator(LocalProcess process) => new() { BaseAddress = new Uri($"http://localhost:{process.Port + 1}/") };
}
