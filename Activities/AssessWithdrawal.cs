using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>
/// Reads what the plan for the next transfer is about: the balances, every outgoing transfer whoever made it, and which of the closure's
/// own have come back.
/// </summary>
public sealed class AssessWithdrawal(IBroker broker, ITransferLedger ledger)
{
    public sealed record Query(string AccountId, string ConfirmationNumber, Money DailyTransferLimit)
    {
        public static Query Of(ClosureState state) => new(state.Request.AccountId, state.Request.ConfirmationNumber, state.Policy.DailyTransferLimit);
    }

    [Function(nameof(AssessWithdrawal))]
    public async Task<WithdrawalAssessment> Run([ActivityTrigger] Query query, CancellationToken cancellationToken)
    {
        var transfers = await broker.ListTransfersAsync(query.AccountId, cancellationToken);
        // The balances after the transfers: a transfer made in between lowers what we may send, and never raises it.
        var account = await broker.GetTradingAccountAsync(query.AccountId, cancellationToken);
        var clock = await broker.GetClockAsync(cancellationToken);
        var outgoing = transfers.Outgoing();
        // The closure has none of its own on the way when it asks: whatever is pending was made by other means.
        var othersPending = transfers.Where(transfer => !transfer.Status.IsFinal).Min(transfer => (DateTimeOffset?)transfer.CreatedAt);
        return new WithdrawalAssessment(
            account.Cash,
            account.CashWithdrawable,
            RollingLimit.Available(outgoing, query.DailyTransferLimit, clock.Timestamp),
            RollingLimit.FreeAt(outgoing, clock.Timestamp),
            othersPending,
            await ledger.FindReturnedAsync(query.AccountId, query.ConfirmationNumber, transfers, cancellationToken),
            account.IsBlocked(),
            clock.Timestamp);
    }
}
