using System.Text.RegularExpressions;
using AccountClosure.Embedded.Local;
using AccountClosure.Simulator;

namespace AccountClosure.FunctionsHost.Answers;

/// <summary>
/// Sends the same requests to both hosts in the same states. The answers must be alike, except in the cases of <c>docs/host-answers.md</c>,
/// and each of those must still differ.
/// </summary>
internal sealed partial class Comparison(CheckOptions options, Party functions, Party embedded)
{
    public const string Embedded = "embedded host";
    private const string Page = "docs/host-answers.md";
    private const double LongTransferHours = 5;
    private const int Repeats = 4;

    private readonly List<string> _differences = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private int _asked;

    public static async Task<string> CompareAsync(Bench bench, CancellationToken cancellationToken)
    {
        var options = bench.Options;
        var host = await bench.HostAsync(cancellationToken);
        // The embedded host would log its simulated days into the output of the checks.
        Environment.SetEnvironmentVariable("Logging__LogLevel__Default", "Critical");
        using DataFolder data = DataFolder.Open(Path.Combine(options.WorkFolder, "embedded"));
        await using LocalServer server = await LocalServer.StartAsync(
            new LocalOptions(Once: false, ExampleCash: null, Example: false, Speed: 1, options.EmbeddedPort, data.Root, bench.FunctionKey),
            data,
            cancellationToken);
        server.Started();
        using Party functions = new("Functions host", host.Address, Local(options.SimulatorPort), bench.FunctionKey);
        using Party embedded = new(Embedded, Local(options.EmbeddedPort), Local(options.EmbeddedPort + 1), bench.FunctionKey);
        Comparison comparison = new(options, functions, embedded);
        await comparison.AskAllAsync(cancellationToken);
        await server.StopAsync();
        return comparison.Conclude();
    }

    private async Task AskAllAsync(CancellationToken cancellationToken)
    {
        // One closure that is cancelled while its transfer is in flight …
        await OpenAsync(
            new NewAccount { Cash = 5_000m, Bank = new BankOptions(TransferHours: LongTransferHours) },
            Questions.BeforeTheStart,
            cancellationToken);
        await BothAsync(party => party.ReachAsync(
            "a transfer on its way", task => Has(task, "waitingFor") && TransferCount(task) == 1, cancellationToken));
        await AskAsync(Questions.WhileItRuns, cancellationToken);
        await AskAsync(Questions.Deviating, cancellationToken);
        await AskAsync([Questions.Suspend], cancellationToken);
        await BothAsync(party => party.ReachAsync(
            "the status Suspended", task => task.GetProperty("runtimeStatus").GetString() == "Suspended", cancellationToken));
        await AskAsync(Questions.WhileSuspended, cancellationToken);
        await BothAsync(party => party.ReachAsync(
            "the status Running", task => task.GetProperty("runtimeStatus").GetString() == "Running", cancellationToken));
        await AskAsync(
            [new("POST", "api/account-closure/cancel-task/{account}", Body: """{"actor": "check", "reason": "asked"}""")],
            cancellationToken);
        await HurryToAsync("Cancelled", cancellationToken);
        await AskAsync(Questions.AfterTheEnd, cancellationToken);

        // … one that is closed …
        await OpenAsync(new NewAccount { Cash = 5_000m }, [], cancellationToken);
        await HurryToAsync("Completed", cancellationToken);
        await AskAsync(Questions.AfterTheEnd, cancellationToken);

        // … and one that asks a person.
        await OpenAsync(new NewAccount { Cash = 5_000m, Bank = new BankOptions(Rejections: [1, 2, 3]) }, [], cancellationToken);
        await HurryToAsync("ManualReview", cancellationToken);
        await AskAsync(Questions.InReview, cancellationToken);
        await HurryToAsync("Cancelled", cancellationToken);
        await AskAsync(Questions.AfterTheEnd, cancellationToken);
    }

    private async Task OpenAsync(NewAccount holdings, Question[] before, CancellationToken cancellationToken)
    {
        await BothAsync(party => party.CreateAccountAsync(holdings, cancellationToken));
        await AskAsync(before, cancellationToken);
        await AskAsync([Questions.Initiate], cancellationToken);
    }

    private async Task HurryToAsync(string phase, CancellationToken cancellationToken)
    {
        // One after the other: months of simulated time would pass on the embedded host while the Functions host needs a minute.
        foreach (Party party in (Party[])[embedded, functions])
        {
            await party.HurryAsync(hurry: true, cancellationToken);
            await party.ReachAsync(phase, task => task.GetProperty("progress").GetProperty("phase").GetString() == phase
                && (phase == "ManualReview"
                    ? Has(task, "nextActionAt")
                    : task.GetProperty("runtimeStatus").GetString() == "Completed"), cancellationToken);
            await party.HurryAsync(hurry: false, cancellationToken);
        }
    }

    private async Task AskAsync(Question[] questions, CancellationToken cancellationToken)
    {
        foreach (Question question in questions)
        {
            _asked++;
            string? difference = await DifferenceAsync(question, cancellationToken);
            // A closure changes its status briefly while it polls, and the hosts do not poll at the same time.
            for (int again = 0; difference is not null && question.Method == "GET" && again < Repeats; again++)
            {
                await Wait.For(TimeSpan.FromSeconds(1), cancellationToken);
                difference = await DifferenceAsync(question, cancellationToken);
            }
            if (difference is not null)
                _differences.Add($"{question}: {difference}");
        }
    }

    /// <returns>An undocumented difference, or a documented one that is missing; null when the answers are as expected.</returns>
    private async Task<string?> DifferenceAsync(Question question, CancellationToken cancellationToken)
    {
        Answer real = await question.AskAsync(functions, cancellationToken);
        Answer ours = await question.AskAsync(embedded, cancellationToken);
        foreach (var (party, answer) in new[] { (functions, real), (embedded, ours) })
        {
            if (CodeInLink().Match(answer.Body) is { Success: true } code)
                party.WebhookKey = code.Groups["code"].Value;
        }
        if (question.Deviation is not { } deviation)
            return real.DifferenceFrom(ours);
        _seen.Add(deviation.Row);
        return deviation.IsSeen(real, ours)
            ? null
            : $"'{deviation.Row}' expects {deviation.FunctionsHost} and {deviation.Embedded}; "
                + (real.DifferenceFrom(ours, deviation.Lines) ?? $"both answered {real.Status}");
    }

    private string Conclude()
    {
        string page = File.ReadAllText(Path.Combine(options.Root, Page));
        string[] rows = [.. Row().Matches(page).Select(match => match.Groups["request"].Value)];
        _differences.AddRange(rows.Where(row => !_seen.Any(seen => row.StartsWith(seen, StringComparison.Ordinal)))
            .Select(row => $"{Page}: no request shows '{row}'"));
        _differences.AddRange(_seen.Where(seen => !rows.Any(row => row.StartsWith(seen, StringComparison.Ordinal)))
            .Select(seen => $"{Page} has no row that begins with '{seen}'"));
        CheckFailedException.Require(
            _differences.Count == 0,
            $"{_differences.Count} differences, the Functions host first:\n  {string.Join("\n  ", _differences)}\n ");
        return $"{_asked} requests, {_seen.Count} documented deviations";
    }

    private async Task BothAsync(Func<Party, Task> action)
    {
        await action(functions);
        await action(embedded);
    }

    private static bool Has(System.Text.Json.JsonElement task, string name) => task.GetProperty("progress").TryGetProperty(name, out _);

    private static int TransferCount(System.Text.Json.JsonElement task) =>
        task.GetProperty("progress").GetProperty("transferCount").GetInt32();

    private static Uri Local(int port) => new($"http://127.0.0.1:{port}/");

    [GeneratedRegex(
        @"""statusQueryGetUri"":""[^""]*[?&]code=(?<code>[^&""\\]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex CodeInLink();

    // The first cell of each row of the table, without its head.
    [GeneratedRegex(
        @"^\| (?!request|---)(?<request>.+?) \| ", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Row();
}
