using AccountClosure.Closure;
using AccountClosure.Embedded.Local.Example;
using AccountClosure.Functions;
using AccountClosure.Simulator;

namespace AccountClosure.FunctionsHost;

/// <summary>An account that a scenario closes, and the checks of how its closure ended.</summary>
/// <param name="bench">Has the broker that holds the account.</param>
/// <param name="what">What is special about the account, for the messages.</param>
/// <param name="holdings">What it holds.</param>
internal sealed class Closing(Bench bench, string what, NewAccount holdings)
{
    /// <summary>Longest wait for a closure to reach a state, or for a worker to start.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    public CreatedAccount Account { get; } = bench.Broker.CreateAccount(holdings);

    /// <summary>Its cash at the start.</summary>
    public decimal StartedWith => holdings.Cash;

    public string AccountId => Account.AccountId;

    public InitiateClosure.Started? Links { get; private set; }

    public IReadOnlyList<TransferState> Transfers =>
        [.. bench.Broker.State(AccountId).Transfers.Where(transfer => transfer.Direction == "OUTGOING")];

    /// <exception cref="CheckFailedException">The start was not accepted.</exception>
    public async Task StartAsync(ClosureApi api, CancellationToken cancellationToken)
    {
        (int status, Links) = await api.InitiateAsync(Account, cancellationToken);
        CheckFailedException.Require(status == 202, $"{what}: the start was answered with {status}");
    }

    /// <summary>Takes the links of a closure that was started without <see cref="StartAsync"/>.</summary>
    public void Adopt(InitiateClosure.Started links) => Links = links;

    /// <summary>Waits until the closure has ended.</summary>
    /// <exception cref="CheckFailedException">It has not ended in time.</exception>
    public async Task<ClosureStatus> EndAsync(ClosureApi api, CancellationToken cancellationToken)
    {
        ClosureStatus? last = null;
        bool hasEnded = await Wait.Until(
            async () => (last = await api.StatusAsync(Links!.StatusQueryGetUri!, cancellationToken)) is { HasEnded: true },
            Patience,
            cancellationToken);
        CheckFailedException.Require(
            hasEnded, $"{what}: still {last?.RuntimeStatus} in {last?.CustomStatus?.Phase} after {Patience.TotalMinutes:N0} minutes");
        return last!;
    }

    /// <summary>Waits until the closure's progress meets a condition.</summary>
    /// <exception cref="CheckFailedException">It did not in time.</exception>
    public async Task<ClosureProgress> ReachAsync(
        ClosureApi api, string state, Func<ClosureProgress, bool> isReached, CancellationToken cancellationToken)
    {
        GetTaskStatus.TaskStatus? last = null;
        bool reached = await Wait.Until(
            async () => (last = await api.TaskAsync(AccountId, cancellationToken)) is { } task && isReached(task.Progress),
            Patience,
            cancellationToken);
        CheckFailedException.Require(reached, $"{what}: did not reach {state}; it is {last?.RuntimeStatus} in {last?.Progress.Phase}");
        return last!.Progress;
    }

    /// <summary>Checks that the account is closed, what is left in it, and the amounts of its completed transfers.</summary>
    public async Task ExpectClosedAsync(
        ClosureApi api, IReadOnlyList<decimal> amounts, CancellationToken cancellationToken, decimal remaining = 0m)
    {
        ClosureStatus status = await EndAsync(api, cancellationToken);
        CheckFailedException.Require(status.IsClosed, $"{what}: ended as {status.RuntimeStatus} with {status.Output}");
        var atBroker = bench.Broker.State(AccountId);
        CheckFailedException.Require(atBroker.Status == "ACCOUNT_CLOSED", $"{what}: the account is {atBroker.Status}");
        CheckFailedException.Require(atBroker.Cash == remaining, $"{what}: {atBroker.Cash} is left in the account, expected {remaining}");
        ExpectTransfers("COMPLETE", amounts);
    }

    /// <summary>Checks the amounts of the outgoing transfers with this status, in the order of their creation.</summary>
    public void ExpectTransfers(string status, IReadOnlyList<decimal> amounts)
    {
        decimal[] actual = [.. Transfers.Where(transfer => transfer.Status == status).Select(transfer => transfer.Amount)];
        CheckFailedException.Require(
            actual.SequenceEqual(amounts),
            $"{what}: transfers {status} are [{string.Join(", ", actual)}], expected [{string.Join(", ", amounts)}]");
    }

    public void ExpectTransferCount(int count) =>
        CheckFailedException.Require(Transfers.Count == count, $"{what}: the broker has {Transfers.Count} transfers, expected {count}");
}
