using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Reads what the plan for the next transfer is about: the balances, and every outgoing transfer whoever made it.</summary>
public sealed class AssessWithdrawal(IBroker broker, ITransferLedger ledger)
{
    public sealed record Query(string AccountId, Money DailyTransferLimit);

    [Function(nameof(AssessWithdrawal))]
    public async Task<WithdrawalAssessment> Run([ActivityTrigger] Query query, CancellationToken cancellationToken)
    {
        var transfers = await broker.ListTransfersAsync(query.AccountId, cancellationToken);
        // The balances after the transfers: a transfer made in between lowers what we may send, and never raises it.
        var account = await broker.GetTradingAccountAsync(query.AccountId, cancellationToken);
        var clock = await broker.GetClockAsync(cancellationToken);
        var ours = (await ledger.ListAsync(query.AccountId, cancellationToken))
            .Select(transfer => transfer.BrokerTransferId)
            .ToHashSet(StringComparer.Ordinal);

        var outgoing = transfers.Outgoing();
        var othersPending = transfers
            .Where(transfer => !transfer.Status.IsFinal && !ours.Contains(transfer.Id))
            .Min(transfer => (DateTimeOffset?)transfer.CreatedAt);
        return new WithdrawalAssessment(
            account.Cash,
            account.CashWithdrawable,
            RollingLimit.Available(outgoing, query.DailyTransferLimit, clock.Timestamp),
            RollingLimit.FreeAt(outgoing, clock.Timestamp),
            othersPending,
            account.IsBlocked(),
            clock.Timestamp);
    }
}
