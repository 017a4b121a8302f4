using System.Net;
using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Functions;

/// <summary>
/// <c>GET /api/account-closure/task-status/{accountId}?confirmationNumber</c>: everything that operations may see of one closure. It is the
/// account's latest closure, or the one with the number, whose cleanup may still be running.
/// </summary>
public sealed class GetTaskStatus(IClosureTracking tracking)
{
    /// <param name="RuntimeStatus">Runtime status of the orchestration instance.</param>
    /// <param name="CreatedAt">
    /// Time of the request for the closure, UTC. The instance may be newer, because Azure Storage creates it again with each execution.
    /// </param>
    /// <param name="Failure">Error type of a failed instance; otherwise null.</param>
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
            return number is null ? await request.NoClosureAsync(account) : await request.NoClosureOfNumberAsync(account);

        var response = request.CreateResponse(HttpStatusCode.OK);
        await response.WriteAsJsonAsync(TaskStatus.From(closure), cancellationToken);
        return response;
    }
}
