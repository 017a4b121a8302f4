using System.Net;
using AccountClosure.Closure;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Functions;

/// <summary><c>GET /api/account-closure/progress/{accountId}</c>: what a customer may see.</summary>
public static class GetProgress
{
    /// <param name="WhatComesNext">Null when nothing more will happen.</param>
    /// <param name="PaidOut">US dollars in complete transfers.</param>
    public sealed record CustomerProgress(
        string ConfirmationNumber,
        ClosurePhase Phase,
        DateTimeOffset Since,
        string? WhatComesNext,
        DateTimeOffset? NextAt,
        Money PaidOut,
        Money Remaining,
        int TransferCount,
        IReadOnlyList<TransferProgress> Transfers,
        string? Reason);

    [Function(nameof(GetProgress))]
    public static async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "account-closure/progress/{accountId}")] HttpRequestData request,
        string accountId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        if (ClosureClient.Canonical(accountId) is not { } account)
            return await request.BadAccountIdAsync();
        if (await client.FindClosureAsync(account, cancellationToken) is not { } closure)
            return await request.NoClosureAsync();

        var response = request.CreateResponse(HttpStatusCode.OK);
        await response.WriteAsJsonAsync(For(closure), cancellationToken);
        return response;
    }

    private static CustomerProgress For(ClosureView closure)
    {
        var progress = closure.Progress;
        // An instance that was stopped from outside did not reach one of the closure's own ends.
        var stopped = !closure.IsActive && !progress.Phase.HasEnded();
        return new CustomerProgress(
            progress.ConfirmationNumber,
            stopped ? StoppedAs(closure.Instance.RuntimeStatus) : progress.Phase,
            stopped ? closure.Instance.LastUpdatedAt : progress.Since,
            !closure.IsActive ? null : progress.Review is null ? progress.NextAction : "We are looking into it and will go on as soon as possible",
            closure.IsActive && progress.Review is null ? progress.NextActionAt : null,
            progress.Withdrawn,
            progress.Remaining,
            progress.TransferCount,
            progress.Transfers,
            progress.Reason);
    }

    private static ClosurePhase StoppedAs(OrchestrationRuntimeStatus status) =>
        status == OrchestrationRuntimeStatus.Failed ? ClosurePhase.Failed : ClosurePhase.Cancelled;
}
