using System.Net;
using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Functions;

/// <summary>
/// <c>GET /api/account-closure/task-status/{accountId}?confirmationNumber</c>: everything that operations may see of one closure; of the
/// account's latest, or of the one that the number names, whose cleanup may still be under way.
/// </summary>
public sealed class GetTaskStatus(IClosureTracking tracking)
{
    /// <param name="RuntimeStatus">Of the orchestration instance.</param>
    /// <param name="CreatedAt">When the closure was asked for, UTC. An instance may be younger: Azure Storage creates it anew with each execution.</param>
    /// <param name="Failure">The failure of an instance that failed; null otherwise.</param>
    public sealed record TaskStatus(
        string AccountId,
        string InstanceId,
        OrchestrationRuntimeStatus RuntimeStatus,
        DateTimeOffset CreatedAt,
        DateTimeOffset LastUpdatedAt,
        string UserId,
        string AchRelationshipId,
        ClosureProgress Progress,
        string? Failure)
    {
        internal static TaskStatus From(ClosureView closure) => new(
            closure.Request.AccountId,
            closure.Instance.InstanceId,
            closure.Instance.RuntimeStatus,
            closure.Request.RequestedAt,
            closure.Instance.LastUpdatedAt,
            closure.Request.UserId,
            closure.Request.AchRelationshipId,
            closure.Progress,
            closure.Instance.FailureDetails?.ErrorType);
    }

    [Function(nameof(GetTaskStatus))]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "account-closure/task-status/{accountId}")] HttpRequestData request,
        string accountId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        if (ClosureClient.Canonical(accountId) is not { } account)
            return await request.BadAccountIdAsync();
        var number = request.Query["confirmationNumber"];
        var found = number is null
            ? await client.FindClosureAsync(tracking, account, cancellationToken)
            : await client.FindClosureAsync(tracking, account, number, cancellationToken);
        if (found is not { } closure)
            return await request.NoClosureAsync(account);

        var response = request.CreateResponse(HttpStatusCode.OK);
        await response.WriteAsJsonAsync(TaskStatus.From(closure), cancellationToken);
        return response;
    }
}
