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

    /// <summary>Runs the example until its closure has ended.</summary>
    /// <param name="holdings">Holdings of the account, if this run creates it.</param>
    /// <param name="untilReview">Whether to end when the closure enters manual review.</param>
    /// <param name="begun">Called after the closure has started.</param>
    /// <param name="cancellationToken">Ends the wait, not the closure.</param>
    /// <returns>A sentence for each problem; empty when the account is closed and its money adds up.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(
        NewAccount holdings, bool untilReview, Action begun, CancellationToken cancellationToken)
    {
        var account = await FindUnfinishedAsync(cancellationToken) ?? await MakeAsync(holdings, cancellationToken);
        var statusUrl = await closures.InitiateAsync(account, cancellationToken);
        begun();
        var follower = new ClosureFollower(closures, new ProgressReport(terminal));
        var status = await follower.FollowAsync(statusUrl, untilReview, cancellationToken);

        var problems = await ProblemsAsync(account, status, cancellationToken);
        foreach (var problem in problems)
            terminal.Line(terminal.Bad(problem));
        return problems;
    }

    /// <summary>Finds the example of an earlier start whose closure has not ended. This run then follows that closure.</summary>
    private async Task<ExampleAccount?> FindUnfinishedAsync(CancellationToken cancellationToken)
    {
        if (data.Read(FileName) is not { } kept || JsonSerializer.Deserialize<ExampleAccount>(kept, ClosureJson.Options) is not { } account)
            return null;
        var status = await closures.GetStatusAsync(closures.StatusUrl(account.AccountId), cancellationToken);
        if (status is { HasEnded: true })
            return null;
        terminal.Line(
            $"The example of an earlier start continues: account {account.AccountId}, "
            + $"which started with {account.StartedWith.ForPeople()}.");
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
            problems.Add($"The closure must have sent two emails, one at the start and one at the end. The folder has {emails.Count}.");
        return problems;
    }

    private static string WhyNotClosed(ClosureStatus status)
    {
        var progress = status.CustomStatus;
        if (progress?.Phase == ClosurePhase.ManualReview)
            return $"The closure is in manual review: {progress.Review?.Explanation}";
        var reason = progress?.Reason ?? progress?.LastError ?? "no reason is given";
        return $"The closure ended as {status.RuntimeStatus} in the phase {progress?.Phase}: {reason}";
    }

    /// <summary>Finds the emails of the closure, oldest first.</summary>
    private List<string> FindEmails(string confirmationNumber) =>
        Directory.Exists(data.Emails)
            ? [.. Directory.GetFiles(data.Emails, $"*{confirmationNumber}*.eml").OrderBy(File.GetLastWriteTimeUtc).Select(DataFolder.Shown)]
            : [];
}
