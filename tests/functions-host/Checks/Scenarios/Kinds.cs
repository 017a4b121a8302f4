using AccountClosure.Closure;
using AccountClosure.Embedded.Local.Example;
using AccountClosure.Simulator;

namespace AccountClosure.FunctionsHost.Scenarios;

/// <summary>Accounts of several kinds are closed, and one closure is rejected.</summary>
internal static class Kinds
{
    // RollingLimit.Window as tests/functions-host/run sets it in the copy; this program has the original.
    private static readonly TimeSpan ShortenedWindow = TimeSpan.FromSeconds(20);

    public static async Task<string> CloseAllAsync(Bench bench, CancellationToken cancellationToken)
    {
        using ClosureApi api = bench.Api(await bench.HostAsync(cancellationToken));
        (Closing Closing, decimal[] Completed, decimal Remaining)[] kinds =
        [
            (new(bench, "one transfer", new NewAccount { Cash = 30_000.25m }), [30_000.25m], 0m),
            (new(bench, "two transfers", new NewAccount { Cash = 80_000m }), [50_000m, 30_000m], 0m),
            (new(bench, "no money", new NewAccount()), [], 0m),
            (new(bench, "less than the tolerance", new NewAccount { Cash = 0.60m }), [], 0.60m),
            (new(bench, "an open order", new NewAccount { Cash = 1_000m,
                OpenOrders = [new NewOrder("AAPL", 1m, LimitPrice: 100m)] }), [1_000m], 0m),
            (new(bench, "a returned transfer", new NewAccount { Cash = 2_000m,
                Bank = new BankOptions(Returns: [new BankReturn(1)]) }), [2_000m], 0m),
            (new(bench, "a lost answer", new NewAccount { Cash = 3_000m }), [3_000m], 0m),
        ];
        bench.Broker.AddFault(new Fault
        {
            Kind = FaultKind.Drop,
            Effect = FaultEffect.After,
            Route = "POST /v1/accounts/{account_id}/transfers",
            AccountId = kinds[^1].Closing.AccountId,
        });
        NewAccount notApproved = new() { Cash = 4_000m, Bank = new BankOptions(RelationshipStatus: "QUEUED") };
        Closing rejected = new(bench, "a relationship that is not approved", notApproved);

        foreach (var (closing, _, _) in kinds)
            await closing.StartAsync(api, cancellationToken);
        await rejected.StartAsync(api, cancellationToken);
        foreach (var (closing, completed, remaining) in kinds)
            await closing.ExpectClosedAsync(api, completed, cancellationToken, remaining);

        var (first, second) = (kinds[1].Closing.Transfers[0], kinds[1].Closing.Transfers[1]);
        CheckFailedException.Require(
            second.CreatedAt - first.CreatedAt > ShortenedWindow, "two transfers: both were created within the window of the limit");
        kinds[5].Closing.ExpectTransfers("RETURNED", [2_000m]);
        kinds[6].Closing.ExpectTransferCount(1);
        ClosureStatus ended = await rejected.EndAsync(api, cancellationToken);
        CheckFailedException.Require(
            ended.CustomStatus?.Phase == ClosurePhase.Rejected,
            $"a relationship that is not approved: ended as {ended.CustomStatus?.Phase}");
        rejected.ExpectTransferCount(0);
        return $"{kinds.Length} closed, 1 rejected";
    }
}
