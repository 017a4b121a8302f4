using AccountClosure.Broker;
using AccountClosure.Closure;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

public sealed record VerifyAccountInput(string AccountId, string AchRelationshipId);

/// <summary>Reads what the preconditions check. Changes nothing.</summary>
public sealed class VerifyAccount(IBroker broker)
{
    [Function(nameof(VerifyAccount))]
    public async Task<AccountFindings> Run([ActivityTrigger] VerifyAccountInput input, CancellationToken cancellationToken)
    {
        BrokerAccount account;
        try
        {
            account = await broker.GetAccountAsync(input.AccountId, cancellationToken);
        }
        catch (BrokerException unknown) when (unknown.Kind == BrokerErrorKind.NotFound)
        {
            return new AccountFindings(null, false, false, false, null, false, Money.Zero);
        }
        if (account.Status != SafetyChecks.Active)
            return new AccountFindings(account.Status, false, false, false, null, false, Money.Zero);

        var trading = await broker.GetTradingAccountAsync(input.AccountId, cancellationToken);
        var positions = await broker.ListPositionsAsync(input.AccountId, cancellationToken);
        var relationships = await broker.ListAchRelationshipsAsync(input.AccountId, cancellationToken);
        var transfers = await broker.ListTransfersAsync(input.AccountId, cancellationToken);
        var relationship = relationships.FirstOrDefault(
            relationship => string.Equals(relationship.Id, input.AchRelationshipId, StringComparison.OrdinalIgnoreCase));
        return new AccountFindings(
            account.Status,
            trading.TradingBlocked,
            trading.TransfersBlocked,
            trading.AccountBlocked,
            relationship?.Status,
            trading.PendingTransferIn.IsPositive
                || transfers.Any(transfer => transfer.Direction == TransferDirection.Incoming && !transfer.Status.IsFinal),
            trading.Cash,
            positions.Aggregate(Money.Zero, (sum, position) => sum + position.MarketValue));
    }
}
