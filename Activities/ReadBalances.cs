using AccountClosure.Broker;
using AccountClosure.Closure;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <param name="Blocked">The account or its transfers are blocked, or it is not active.</param>
/// <param name="Closed">The broker has closed the account.</param>
public sealed record Balances(Money Cash, Money Withdrawable, bool Blocked, bool Closed = false);

/// <summary>Reads the cash and how much of it has settled.</summary>
public sealed class ReadBalances(IBroker broker)
{
    [Function(nameof(ReadBalances))]
    public async Task<Balances> Run([ActivityTrigger] string accountId, CancellationToken cancellationToken)
    {
        var account = await broker.GetTradingAccountAsync(accountId, cancellationToken);
        return new Balances(account.Cash, account.CashWithdrawable, account.IsBlocked(), account.IsClosed());
    }
}
