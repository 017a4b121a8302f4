using System.Text.Json;
using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;

namespace AccountClosure.Embedded.Local.Example;

/// <summary>Creates an account at the simulator, closes it over HTTP, and checks where its money went.</summary>
public sealed class ExampleRun(
    DataFolder data,
    SimulatorClient simulator,
    ExampleClosures closures,
    ITransferLedger ledger,
    ClosurePolicy policy,
    TimeProvider clock,
    Terminal terminal)
{
    private const string FileName = "example.json";

    /// <param name="holdings">What the account has, if it is made now.</param>
    /// <param name="untilReview">End too when the closure waits for a person.</param>
    /// <param name="begun">Called when the closure has been asked for.</param>
    /// <param name="cancellationToken">Ends the waiting, not the closure.</param>
    /// <returns>A sentence for each problem; none when the account is closed and its money adds up.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(
        NewAccount holdings, bool untilReview, Action begun, CancellationToken cancellationToken)
    {
        var account = await FindUnfinishedAsync(cancellationToken) ?? await MakeAsync(holdings, cancellationToken);
        var statusUrl = await closures.InitiateAsync(account, cancellationToken);
        begun();
        var status = await new ClosureFollower(closures, new ProgressReport(terminal)).FollowAsync(statusUrl, untilReview, cancellationToken);

        var problems = await ProblemsAsync(account, status, cancellationToken);
        foreach (var problem in problems)
            terminal.Line(terminal.Bad(problem));
        return problems;
    }

    /// <summary>The example of an earlier start whose closure has not ended: that one is followed, so that nothing is left half done.</summary>
    private async Task<ExampleAccount?> FindUnfinishedAsync(CancellationToken cancellationToken)
    {
        if (data.Read(FileName) is not { } kept || JsonSerializer.Deserialize<ExampleAccount>(kept, ClosureJson.Options) is not { } account)
            return null;
        var status = await closures.GetStatusAsync(closures.StatusUrl(account.AccountId), cancellationToken);
        if (status is { HasEnded: true })
            return null;
        terminal.Line($"The example of an earlier start goes on: account {account.AccountId}, which began with {account.StartedWith.ForPeople()}.");
        terminal.Line();
        return account;
    }

    private async Task<ExampleAccount> MakeAsync(NewAccount holdings, CancellationToken cancellationToken)
    {
        var created = await simulator.CreateAccountAsync(holdings, cancellationToken);
        var account = new ExampleAccount(
            created.AccountId, created.UserId, created.AchRelationshipId, ExampleHoldings.Total(holdings), clock.GetUtcNow());
        data.Write(FileName, JsonSerializer.Serialize(account, ClosureJson.Options));
        terminal.Line($"The example: closing account {account.AccountId}, {ExampleHoldings.Describe(holdings)}.");
        terminal.Line();
        return account;
    }

    private async Task<IReadOnlyList<string>> ProblemsAsync(
        ExampleAccount account, ClosureStatus status, CancellationToken cancellationToken)
    {
        if (!status.IsClosed)
            return [WhyNotClosed(status)];

        var result = status.Output!.Value.Deserialize<ClosureResult>(ClosureJson.Options)!;
        var atBroker = await simulator.GetStateAsync(account.AccountId, cancellationToken);
        var check = new MoneyCheck(account, atBroker, await ledger.ListAsync(account.AccountId, cancellationToken), policy);
        var emails = FindEmails(result.ConfirmationNumber);
        new ExampleSummary(terminal).Show(check, result.ConfirmationNumber, emails);

        var problems = check.Problems().ToList();
        if (result.Withdrawn != check.Withdrawn)
            problems.Add($"The closure reports {result.Withdrawn.ForPeople()} paid out, the broker {check.Withdrawn.ForPeople()}.");
        if (emails.Count != 2)
            problems.Add($"There should be two emails, one of the beginning and one of the end; there are {emails.Count}.");
        return problems;
    }

    private static string WhyNotClosed(ClosureStatus status)
    {
        var progress = status.CustomStatus;
        if (progress?.Phase == ClosurePhase.ManualReview)
            return $"The closure waits for a person: {progress.Review?.Explanation}";
        return $"The closure ended as {status.RuntimeStatus} in the phase {progress?.Phase}: {progress?.Reason ?? progress?.LastError ?? "no reason is given"}";
    }

    /// <summary>Oldest first.</summary>
    private List<string> FindEmails(string confirmationNumber) =>
        Directory.Exists(data.Emails)
            ? [.. Directory.GetFiles(data.Emails, $"*{confirmationNumber}*.eml").OrderBy(File.GetLastWriteTimeUtc).Select(DataFolder.Shown)]
            : [];
}
