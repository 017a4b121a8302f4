using System.Net;
using Grpc.Core;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Functions;

/// <summary>Raises events to instances that may have ended, or been purged, since the request read them.</summary>
internal static class DurableEvents
{
    /// <returns>Null if the event was delivered; otherwise the answer: 409 if the instance has ended, 404 if it was purged.</returns>
    public static async Task<HttpResponseData?> TryRaiseAsync(
        this DurableTaskClient client,
        HttpRequestData request,
        string accountId,
        string instanceId,
        string eventName,
        object payload,
        CancellationToken cancellationToken)
    {
        try
        {
            await client.RaiseEventAsync(instanceId, eventName, payload, cancellationToken);
            return null;
        }
        catch (RpcException failure) when (failure.StatusCode == StatusCode.NotFound)
        {
            return await request.NoClosureAsync(accountId);
        }
        catch (RpcException failure) when (failure.StatusCode == StatusCode.FailedPrecondition)
        {
            return await request.HasJustEndedAsync(accountId);
        }
    }

    public static Task<HttpResponseData> HasJustEndedAsync(this HttpRequestData request, string accountId) => request.ProblemAsync(
        HttpStatusCode.Conflict,
        "The closure has just ended",
        $"It ended before the request reached it. See how with GET /api/account-closure/task-status/{accountId}.");
}
