using System.Net;
using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Functions;

/// <summary><c>GET /api/account-closure/progress/{accountId}</c>: the progress that a customer may see.</summary>
public sealed class GetProgress(IClosureTracking tracking)
{
    /// <param name="WhatComesNext">What we do next, or how the closure ended; null if neither is known.</param>
    /// <param name="NextAt">Time of the next action, UTC; null if none is planned or the closure waits for a person.</param>
    /// <param name="Withdrawn">Amount in complete transfers, US dollars.</param>
    /// <param name="Remaining">Amount in the account or in open transfers, as last seen, US dollars; null if it was never seen.</param>
    public sealed record CustomerProgress(
        string ConfirmationNumber,
        ClosurePhase Phase,
        DateTimeOffset Since,
        string? WhatComesNext,
        DateTimeOffset? NextAt,
        Money Withdrawn,
        Money? Remaining,
        int TransferCount,
        IReadOnlyList<TransferSummary> Transfers,
        string? Reason);

    [Function(nameof(GetProgress))]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "account-closure/progress/{accountId}")] HttpRequestData request,
        string accountId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        if (ClosureClient.Canonical(accountId) is not { } account)
            return await request.BadAccountIdAsync();
        if (await client.FindClosureAsync(tracking, account, cancellationToken) is not { } closure)
            return await request.NoClosureAsync(account);

        var response = request.CreateResponse(HttpStatusCode.OK);
        await response.WriteAsJsonAsync(For(closure), cancellationToken);
        return response;
    }

    private static CustomerProgress For(ClosureView closure)
    {
        var progress = closure.Progress;
        bool isOpen = closure.Acting is not null;
        // The state has no amount before the closure is accepted, or if a cleanup began from the records alone.
        bool isSeen = closure.State.Accepted || progress.Remaining != Money.Zero;
        return new CustomerProgress(
            progress.ConfirmationNumber,
            progress.Phase,
            progress.Since,
            closure.WhatComesNext(),
            isOpen && progress.Review is null ? progress.NextActionAt : null,
            progress.Withdrawn,
            isSeen ? progress.Remaining : null,
            progress.TransferCount,
            progress.Transfers,
            progress.Reason);
    }
}
