using AccountClosure.Broker;
using AccountClosure.Closure;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Reads the cash and how much of it has settled.</summary>
public sealed class ReadBalances(IBroker broker)
{
    [Function(nameof(ReadBalances))]
    public async Task<AccountBalances> Run([ActivityTrigger] string accountId, CancellationToken cancellationToken)
    {
        var account = await broker.GetTradingAccountAsync(accountId, cancellationToken);
        return new AccountBalances(account.Cash, account.CashWithdrawable, account.IsBlocked(), account.IsClosed());
    }
}
