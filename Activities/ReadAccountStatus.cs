using AccountClosure.Broker;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Reads the account's status as the broker writes it.</summary>
public sealed class ReadAccountStatus(IBroker broker)
{
    [Function(nameof(ReadAccountStatus))]
    public async Task<string> Run([ActivityTrigger] string accountId, CancellationToken cancellationToken) =>
        (await broker.GetAccountAsync(accountId, cancellationToken)).Status;
}
