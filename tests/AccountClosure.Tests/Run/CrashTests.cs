using System.Net.Http.Json;
using System.Text.Json;
using AccountClosure.Closure;
using AccountClosure.Embedded.Local.Example;
using AccountClosure.Simulator;

namespace AccountClosure.Tests.Run;

/// <summary>Kills the real process, with real files and sockets, in the middle of its work.</summary>
public sealed class CrashTests : IDisposable
{
    private const string Key = "key-of-the-crash-tests";

    private static readonly ClosurePhase[] Phases =
    [
        ClosurePhase.Initiated,
        ClosurePhase.Liquidating,
        ClosurePhase.Settling,
        ClosurePhase.Withdrawing,
        ClosurePhase.WaitingForNextTransfer,
        ClosurePhase.Closing,
    ];

    private readonly string _data = Directory.CreateTempSubdirectory("crash-tests-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task A_closure_that_is_killed_in_every_phase_continues_and_ends_the_same()
    {
        var process = await StartAsync();
        try
        {
            var account = await BeginAsync(process);
            foreach (var phase in Phases)
            {
                await ReachAsync(process, account, phase);
                await process.KillAsync();
                process.Dispose();
                process = await StartAsync();
            }

            await ReachAsync(process, account, ClosurePhase.Completed);
            await ShouldBeClosedAsync(process, account);
        }
        finally
        {
            process.Dispose();
        }
    }

    private Task<LocalProcess> StartAsync() => LocalProcess.ServeAsync(_data, "--no-example", "--speed", "1", "--key", Key);

    /// <summary>An account like the example's with a fast bank, so that the closure still waits for a part of the 24 hours.</summary>
    private static async Task<CreatedAccount> BeginAsync(LocalProcess process)
    {
        using var simulator = Simulator(process);
        var body = new
        {
            cash = 90_000,
            positions = new[] { new { symbol = "VTI", qty = 200, price = 300 } },
            bank = new { transferHours = 6 },
        };
        using var created = await simulator.PostAsJsonAsync("_sim/accounts", body);
        var account = (await created.Content.ReadFromJsonAsync<CreatedAccount>(ClosureJson.Options))!;
        // The broker is slow at first, so that the process can be killed while it checks the account.
        using var fault = await simulator.PostAsJsonAsync("_sim/faults", new { kind = "delay", delaySeconds = 20 });
        fault.EnsureSuccessStatusCode();
        using var functions = Functions(process);
        await new ExampleClosures(functions, Key).InitiateAsync(Example(account), CancellationToken.None);
        return account;
    }

    /// <summary>Advances the clock to the next action whenever the closure waits, so that no phase is skipped.</summary>
    private static async Task ReachAsync(LocalProcess process, CreatedAccount account, ClosurePhase wanted)
    {
        using var functions = Functions(process);
        using var simulator = Simulator(process);
        var closures = new ExampleClosures(functions, Key);
        await process.UntilAsync(async () =>
        {
            var status = await closures.GetStatusAsync(closures.StatusUrl(account.AccountId), CancellationToken.None);
            if (status?.CustomStatus is not { } progress)
                return false;
            if (progress.Phase == wanted)
                return true;
            if (progress.NextActionAt is { } at)
                await AdvanceToAsync(simulator, at);
            return false;
        });
    }

    private static async Task AdvanceToAsync(HttpClient simulator, DateTimeOffset time)
    {
        var clock = await simulator.GetFromJsonAsync<JsonElement>("_sim/clock");
        var wait = time - clock.GetProperty("now").GetDateTimeOffset();
        if (wait <= TimeSpan.Zero)
            return;
        using var answer = await simulator.PostAsJsonAsync("_sim/clock", new { advanceSeconds = wait.TotalSeconds });
        answer.EnsureSuccessStatusCode();
    }

    private async Task ShouldBeClosedAsync(LocalProcess process, CreatedAccount account)
    {
        using var simulator = Simulator(process);
        var atBroker = await new SimulatorClient(simulator).GetStateAsync(account.AccountId, CancellationToken.None);
        atBroker.Status.ShouldBe("ACCOUNT_CLOSED");
        atBroker.Cash.ShouldBe(0m);
        var transfers = atBroker.Transfers.OrderBy(transfer => transfer.CreatedAt).ToArray();
        transfers.Select(transfer => (transfer.Amount, transfer.Status)).ShouldBe(Enumerable.Repeat((50_000m, "COMPLETE"), 3));
        transfers.Zip(transfers.Skip(1)).ShouldAllBe(pair => pair.Second.CreatedAt - pair.First.CreatedAt >= TimeSpan.FromHours(24));
        // A separate orchestration sends an email, and the closure does not wait for it.
        await process.UntilAsync(() => Task.FromResult(Emails().Length == 2));
        Emails().Length.ShouldBe(2);
    }

    private string[] Emails() => Directory.GetFiles(Path.Combine(_data, "emails"), "*.eml");

    private static ExampleAccount Example(CreatedAccount account) =>
        new(account.AccountId, account.UserId, account.AchRelationshipId, new Money(150_000m), DateTimeOffset.UnixEpoch);

    private static HttpClient Functions(LocalProcess process)
    {
        var http = new HttpClient { BaseAddress = new Uri($"http://localhost:{process.Port}/") };
        http.DefaultRequestHeaders.Add("x-functions-key", Key);
        return http;
    }

    private static HttpClient Simulator(LocalProcess process) => new() { BaseAddress = new Uri($"http://localhost:{process.Port + 1}/") };
}
