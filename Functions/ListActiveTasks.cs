using System.Net;
using AccountClosure.Closure;
using AccountClosure.Records;
using Grpc.Core;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Functions;

/// <summary>
/// <c>GET /api/account-closure/all-active-tasks?top&amp;phase&amp;continuationToken</c>: a page of the closures that have not ended,
/// including stopped closures whose cleanup has not started, and of the cleanups of stopped closures. Even a page before the last
/// can have fewer tasks than requested, or none.
/// </summary>
public sealed class ListActiveTasks(IClosureTracking tracking)
{
    private const int MaxTop = 500;

    /// <param name="ContinuationToken">Token of the next page; null on the last page.</param>
    public sealed record ActiveTasks(IReadOnlyList<GetTaskStatus.TaskStatus> Tasks, string? ContinuationToken);

    [Function(nameof(ListActiveTasks))]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "account-closure/all-active-tasks")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var top = 100;
        if (request.Query["top"] is { } text && (!int.TryParse(text, out top) || top is < 1 or > MaxTop))
        {
            return await request.ProblemAsync(
                HttpStatusCode.BadRequest, "The parameter top is not valid", $"top must be a whole number from 1 to {MaxTop}.");
        }
        ClosurePhase? phase = null;
        if (request.Query["phase"] is { } name)
        {
            if (!RequestBody.TryReadName<ClosurePhase>(name, out var parsed))
            {
                return await request.ProblemAsync(
                    HttpStatusCode.BadRequest,
                    "The parameter phase is not valid",
                    $"phase must be one of {string.Join(", ", Enum.GetNames<ClosurePhase>())}.");
            }
            phase = parsed;
        }

        var query = new OrchestrationQuery(
            Statuses:
            [
                OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Suspended,
                OrchestrationRuntimeStatus.Terminated, OrchestrationRuntimeStatus.Failed,
            ],
            InstanceIdPrefix: ClosureInstance.CommonPrefix,
            PageSize: top,
            FetchInputsAndOutputs: true);
        if (!ContinuationToken.TryRead(request.Query["continuationToken"], out var token))
            return await BadTokenAsync(request);
        Page<OrchestrationMetadata>? page;
        try
        {
            page = await FirstPage(client, query, token, cancellationToken);
        }
        catch (Exception refused) when (token is not null
            && refused is ArgumentException
                or FormatException
                or RpcException { StatusCode: StatusCode.InvalidArgument or StatusCode.Unknown })
        {
            // The token is from another backend, for example from before a move.
            return await BadTokenAsync(request);
        }

        var tasks = new List<GetTaskStatus.TaskStatus>();
        foreach (var instance in page?.Values ?? [])
        {
            if (await Active(client, instance, cancellationToken) is { } closure && (phase is null || closure.Progress.Phase == phase))
                tasks.Add(GetTaskStatus.TaskStatus.From(closure));
        }
        var response = request.CreateResponse(HttpStatusCode.OK);
        await response.WriteAsJsonAsync(new ActiveTasks(tasks, ContinuationToken.Write(page?.ContinuationToken)), cancellationToken);
        return response;
    }

    private static Task<HttpResponseData> BadTokenAsync(HttpRequestData request) => request.ProblemAsync(
        HttpStatusCode.BadRequest,
        "The parameter continuationToken is not valid",
        "continuationToken must be the token from an earlier page.");

    /// <returns>Null if the instance is not a closure, if the closure has ended, or if its cleanup is in the list.</returns>
    private async Task<ClosureView?> Active(DurableTaskClient client, OrchestrationMetadata instance, CancellationToken cancellationToken)
    {
        if (ClosureClient.ViewOf(instance) is not { } closure)
            return null;
        if (closure.IsActive)
            return closure;
        // The watch starts a stopped cleanup again. Until then its closure is in the list.
        if (!instance.InstanceId.StartsWith(ClosureInstance.Prefix, StringComparison.Ordinal))
            return null;
        var stopped = await client.FindClosureAsync(tracking, closure.Request.AccountId, cancellationToken);
        return stopped is { Acting: null } && !stopped.Progress.Phase.HasEnded() ? stopped : null;
    }

    private static async Task<Page<OrchestrationMetadata>?> FirstPage(
        DurableTaskClient client, OrchestrationQuery query, string? continuationToken, CancellationToken cancellationToken)
    {
        var pages = client.GetAllInstancesAsync(query).AsPages(continuationToken, query.PageSize);
        await foreach (var page in pages.WithCancellation(cancellationToken))
            return page;
        return null;
    }
}
