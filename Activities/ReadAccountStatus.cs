using AccountClosure.Broker;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Reads the account's status in the broker's words.</summary>
public sealed class ReadAccountStatus(IBroker broker)
{
    [Function(nameof(ReadAccountStatus))]
    public async Task<string> Run([ActivityTrigger] string accountId, CancellationToken cancellationToken) =>
        (await broker.GetAccountAsync(accountId, cancellationToken)).Status;
}
