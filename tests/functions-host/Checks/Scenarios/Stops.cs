using AccountClosure.Closure;
using AccountClosure.Embedded.Local.Example;
using AccountClosure.Simulator;

namespace AccountClosure.FunctionsHost.Scenarios;

/// <summary>People cancel or terminate closures, or decide about them.</summary>
internal static class Stops
{
    // Longer than any scenario: the transfer is in flight until the closure is stopped.
    private const double LongTransferHours = 5;

    /// <summary>A cancel, forced or not, stops the open transfer at the broker and leaves the account open with its money.</summary>
    public static async Task<string> CancelAsync(Bench bench, CancellationToken cancellationToken)
    {
        using ClosureApi api = bench.Api(await bench.HostAsync(cancellationToken));
        List<string> results = [];
        foreach (bool force in (bool[])[false, true])
        {
            Closing closing = await StartWithOpenTransferAsync(bench, api, force ? "forced cancel" : "cancel", cancellationToken);
            int status = await api.CancelAsync(closing.AccountId, force, cancellationToken);
            CheckFailedException.Require(status == 202, $"the cancel was answered with {status}");
            ClosureStatus ended = await closing.EndAsync(api, cancellationToken);
            results.Add($"{(force ? "forced" : "cancelled")}: {ended.RuntimeStatus}");
            await ExpectMoneyBackAsync(bench, closing, api, cancellationToken);
        }
        return string.Join(", ", results);
    }

    /// <summary>
    /// A closure is terminated by its link. The account's next closure starts its cleanup, waits for it, and pays everything out once.
    /// </summary>
    public static async Task<string> TerminateAsync(Bench bench, CancellationToken cancellationToken)
    {
        using ClosureApi api = bench.Api(await bench.HostAsync(cancellationToken));
        Closing closing = await StartWithOpenTransferAsync(bench, api, "terminate", cancellationToken);
        int status = await api.PostLinkAsync(closing.Links!.TerminatePostUri!, cancellationToken);
        CheckFailedException.Require(status == 202, $"the terminate link was answered with {status}");
        ClosureStatus ended = await closing.EndAsync(api, cancellationToken);
        CheckFailedException.Require(ended.RuntimeStatus == "Terminated", $"the terminated closure is {ended.RuntimeStatus}");

        bench.Broker.SetBank(closing.AccountId, new BankOptions());
        await closing.StartAsync(api, cancellationToken);
        await closing.ExpectClosedAsync(api, [closing.StartedWith], cancellationToken);
        closing.ExpectTransfers("CANCELED", [closing.StartedWith]);
        return "cleaned up, and closed by the next closure";
    }

    /// <summary>A closure whose transfers are rejected too often goes into manual review, and carries out the decision.</summary>
    public static async Task<string> ReviewAsync(Bench bench, CancellationToken cancellationToken)
    {
        using ClosureApi api = bench.Api(await bench.HostAsync(cancellationToken));
        Closing closing = new(bench, "review", new NewAccount { Cash = 1_000m, Bank = new BankOptions(Rejections: [1, 2, 3]) });
        await closing.StartAsync(api, cancellationToken);
        ClosureProgress progress = await closing.ReachAsync(api, "manual review", now => now.Review is not null, cancellationToken);
        int stale = await api.ResolveAsync(closing.AccountId, progress.Review!.Number + 1, ReviewChoice.Retry, cancellationToken);
        CheckFailedException.Require(stale == 409, $"a decision about another review was answered with {stale}");
        int status = await api.ResolveAsync(closing.AccountId, progress.Review.Number, ReviewChoice.Retry, cancellationToken);
        CheckFailedException.Require(status == 202, $"the decision was answered with {status}");
        await closing.ExpectClosedAsync(api, [closing.StartedWith], cancellationToken);
        return $"{progress.Review.Code}, decided, closed";
    }

    private static async Task<Closing> StartWithOpenTransferAsync(
        Bench bench, ClosureApi api, string what, CancellationToken cancellationToken)
    {
        Closing closing = new(bench, what, new NewAccount { Cash = 1_000m, Bank = new BankOptions(TransferHours: LongTransferHours) });
        await closing.StartAsync(api, cancellationToken);
        await closing.ReachAsync(
            api, "a transfer on its way", now => now.TransferCount == 1 && now.WaitingFor is not null, cancellationToken);
        return closing;
    }

    private static async Task ExpectMoneyBackAsync(Bench bench, Closing closing, ClosureApi api, CancellationToken cancellationToken)
    {
        await closing.ReachAsync(api, "the phase Cancelled", now => now.Phase == ClosurePhase.Cancelled, cancellationToken);
        var atBroker = bench.Broker.State(closing.AccountId);
        CheckFailedException.Require(
            atBroker.Status == "ACTIVE" && atBroker.Cash == closing.StartedWith, $"the account is {atBroker.Status} with {atBroker.Cash}");
        closing.ExpectTransfers("CANCELED", [closing.StartedWith]);
        closing.ExpectTransferCount(1);
    }
}
