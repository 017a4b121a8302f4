using AccountClosure.Closure;
using AccountClosure.Embedded.Local.Example;
using AccountClosure.Functions;
using AccountClosure.Simulator;

namespace AccountClosure.FunctionsHost;

/// <summary>One account that a scenario closes, and the judgement of how that ended.</summary>
/// <param name="bench">Where it is closed.</param>
/// <param name="what">What is special about it, for the messages.</param>
/// <param name="holdings">What it holds.</param>
internal sealed class Closing(Bench bench, string what, NewAccount holdings)
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    public CreatedAccount Account { get; } = bench.Broker.CreateAccount(holdings);

    /// <summary>Its cash at the start.</summary>
    public decimal StartedWith => holdings.Cash;

    public string AccountId => Account.AccountId;

    public InitiateClosure.Started? Links { get; private set; }

    public IReadOnlyList<BookedTransfer> Transfers => [.. bench.Broker.Books(AccountId).Transfers.Where(transfer => transfer.Direction == "OUTGOING")];

    /// <exception cref="CheckFailedException">It was not accepted.</exception>
    public async Task StartAsync(ClosureApi api, CancellationToken cancellationToken)
    {
        (int status, Links) = await api.InitiateAsync(Account, cancellationToken);
        CheckFailedException.Require(status == 202, $"{what}: the start was answered with {status}");
    }

    /// <summary>Goes on with a closure that was started elsewhere.</summary>
    public void Adopt(InitiateClosure.Started links) => Links = links;

    /// <summary>Waits until the closure has ended.</summary>
    /// <exception cref="CheckFailedException">It has not ended in time.</exception>
    public async Task<ClosureStatus> EndAsync(ClosureApi api, CancellationToken cancellationToken)
    {
        ClosureStatus? last = null;
        bool hasEnded = await Wait.Until(
            async () => (last = await api.StatusAsync(Links!.StatusQueryGetUri!, cancellationToken)) is { HasEnded: true }, Patience, cancellationToken);
        CheckFailedException.Require(hasEnded, $"{what}: still {last?.RuntimeStatus} in {last?.CustomStatus?.Phase} after {Patience.TotalMinutes:N0} minutes");
        return last!;
    }

    /// <summary>Waits until the closure's status is as wanted.</summary>
    /// <exception cref="CheckFailedException">It was not in time.</exception>
    public async Task<ClosureProgress> ReachAsync(ClosureApi api, string state, Func<ClosureProgress, bool> isReached, CancellationToken cancellationToken)
    {
        GetTaskStatus.TaskStatus? last = null;
        bool reached = await Wait.Until(
            async () => (last = await api.TaskAsync(AccountId, cancellationToken)) is { } task && isReached(task.Progress), Patience, cancellationToken);
        CheckFailedException.Require(reached, $"{what}: did not come to {state}; it is {last?.RuntimeStatus} in {last?.Progress.Phase}");
        return last!.Progress;
    }

    /// <summary>The account is closed, nothing is left in it, and the transfers that were completed are these, one after the other.</summary>
    public async Task ExpectClosedAsync(ClosureApi api, IReadOnlyList<decimal> amounts, CancellationToken cancellationToken, decimal remaining = 0m)
    {
        ClosureStatus status = await EndAsync(api, cancellationToken);
        CheckFailedException.Require(status.IsClosed, $"{what}: ended as {status.RuntimeStatus} with {status.Output}");
        var books = bench.Broker.Books(AccountId);
        CheckFailedException.Require(books.Status == "ACCOUNT_CLOSED", $"{what}: the account is {books.Status}");
        CheckFailedException.Require(books.Cash == remaining, $"{what}: {books.Cash} is left in the account");
        ExpectTransfers("COMPLETE", amounts);
    }

    /// <summary>The outgoing transfers with this status have these amounts, in the order of their creation.</summary>
    public void ExpectTransfers(string status, IReadOnlyList<decimal> amounts)
    {
        decimal[] actual = [.. Transfers.Where(transfer => transfer.Status == status).Select(transfer => transfer.Amount)];
        CheckFailedException.Require(
            actual.SequenceEqual(amounts), $"{what}: transfers {status} are [{string.Join(", ", actual)}], expected [{string.Join(", ", amounts)}]");
    }

    public void ExpectTransferCount(int count) =>
        CheckFailedException.Require(Transfers.Count == count, $"{what}: the broker has {Transfers.Count} transfers, expected {count}");
}
