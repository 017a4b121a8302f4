using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Activities;

/// <summary>
/// Looks a last time, and only when nothing is left asks the broker to close the account. The look and the request are one activity,
/// so that nothing can come between them but the time of one call; asking twice closes once.
/// </summary>
public sealed class CloseBrokerAccount(IBroker broker, ITransferLedger ledger)
{
    public sealed record Order(ClosureRequest Request, string InstanceId, ClosurePolicy Policy);

    public enum Outcome
    {
        /// <summary>The checks did not pass: see the finding.</summary>
        NotAsked,

        /// <summary>The broker was asked; the account's status will tell.</summary>
        Asked,
        Refused,

        /// <summary>The closure was terminated: the account stays open.</summary>
        ClosureNotRunning,
    }

    /// <param name="Cash">US dollars, at the last look; null when the account was closed already.</param>
    /// <param name="Returned">The closure's transfers that were complete and have come back since; not yet in the ledger.</param>
    public sealed record Result(SafetyFinding Finding, Outcome Outcome, Money? Cash, IReadOnlyList<ReturnedTransfer> Returned);

    [Function(nameof(CloseBrokerAccount))]
    public async Task<Result> Run([ActivityTrigger] Order order, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        string accountId = order.Request.AccountId;
        var account = await broker.GetAccountAsync(accountId, cancellationToken);
        if (account.Status == SafetyChecks.Closed)
            return new Result(SafetyFinding.AlreadyClosed, Outcome.NotAsked, null, []);

        var transfers = await broker.ListTransfersAsync(accountId, cancellationToken);
        var returned = transfers.ReturnedSince(await ledger.ListAsync(accountId, cancellationToken), order.Request.ConfirmationNumber);
        var orders = await broker.ListOpenOrdersAsync(accountId, cancellationToken);
        var positions = await broker.ListPositionsAsync(accountId, cancellationToken);
        // The balance last: whatever the other looks missed has become cash by then.
        var trading = await broker.GetTradingAccountAsync(accountId, cancellationToken);
        var look = new FinalLook(
            account.Status,
            orders.Count,
            positions.Count,
            trading.Cash,
            transfers.Count(transfer => !transfer.Status.IsFinal),
            [.. returned.Select(transfer => transfer.Sequence)],
            trading.IsBlocked());

        var finding = SafetyChecks.Evaluate(look, order.Policy);
        // Another execution of this may have closed it between two of the looks.
        if (finding == SafetyFinding.AccountBlocked && (await broker.GetAccountAsync(accountId, cancellationToken)).Status == SafetyChecks.Closed)
            finding = SafetyFinding.AlreadyClosed;
        var outcome = finding == SafetyFinding.Clear ? await Ask(order, client, cancellationToken) : Outcome.NotAsked;
        return new Result(finding, outcome, trading.Cash, returned);
    }

    private async Task<Outcome> Ask(Order order, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (!await client.IsRunningAsync(order.InstanceId, order.Request.ConfirmationNumber, cancellationToken))
            return Outcome.ClosureNotRunning;
        try
        {
            await broker.CloseAccountAsync(order.Request.AccountId, cancellationToken);
            return Outcome.Asked;
        }
        catch (BrokerException doubt) when (doubt.Kind == BrokerErrorKind.Doubtful)
        {
            return Outcome.Asked;
        }
        catch (BrokerException refusal) when (refusal.Kind is BrokerErrorKind.Refused or BrokerErrorKind.Forbidden)
        {
            return Outcome.Refused;
        }
    }
}
