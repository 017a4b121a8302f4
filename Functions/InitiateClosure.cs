using System.Net;
using AccountClosure.Closure;
using AccountClosure.Orchestrations;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;

namespace AccountClosure.Functions;

/// <summary><c>POST /api/account-closure/initiate/{accountId}</c>: starts the closure of an account; one at a time.</summary>
public sealed class InitiateClosure(IOptions<ClosurePolicy> policy, TimeProvider time)
{
    public sealed record Body(string? UserId, string? AchRelationshipId, string? Reason);

    /// <summary>The answer to a start: the durable links, and what the customer quotes.</summary>
    public sealed record Started(
        string ConfirmationNumber,
        string InstanceId,
        string? Id,
        string? StatusQueryGetUri,
        string? SendEventPostUri,
        string? TerminatePostUri,
        string? PurgeHistoryDeleteUri,
        string? SuspendPostUri,
        string? ResumePostUri);

    [Function(nameof(InitiateClosure))]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "account-closure/initiate/{accountId}")] HttpRequestData request,
        string accountId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        if (ClosureClient.Canonical(accountId) is not { } account)
            return await request.BadAccountIdAsync();
        var (body, unreadable) = await RequestBody.ReadAsync<Body>(request);
        if (body is null)
            return unreadable!;
        if (Check(body) is { Count: > 0 } errors)
        {
            return await request.ProblemAsync(
                HttpStatusCode.UnprocessableEntity,
                "The request is not valid",
                string.Join(' ', errors.Select(error => $"{error.Key} {error.Value}.")),
                errors);
        }

        var now = time.GetUtcNow();
        if (await client.FindClosureAsync(account, cancellationToken) is { } earlier)
        {
            if (earlier.IsActive)
                return await Answer(request, client, HttpStatusCode.Conflict, earlier.Request);
            // The new closure waits for the cleanup of the old one: starting it here saves the time until the first step.
            if (earlier is { WasStopped: true, Cleanup: null })
                await TerminationCleanups.StartAsync(client, TerminationCleanups.Of(earlier, by: null, now), cancellationToken);
            // The confirmation number is made of this time: two closures of an account must never have the same.
            if (now <= earlier.Request.RequestedAt)
                now = earlier.Request.RequestedAt.AddTicks(1);
        }

        var asked = new ClosureRequest(
            account, body.UserId!, ClosureClient.Canonical(body.AchRelationshipId)!, body.Reason!, ConfirmationNumber.For(account, now), now);
        return await Start(request, client, asked, cancellationToken);
    }

    private async Task<HttpResponseData> Start(
        HttpRequestData request, DurableTaskClient client, ClosureRequest asked, CancellationToken cancellationToken)
    {
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(CloseAccount),
                ClosureState.Begin(asked, policy.Value),
                new StartOrchestrationOptions(ClosureInstance.IdFor(asked.AccountId)),
                cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Somebody else may have started it since we looked: then that one is the answer. Anything else is an error.
            if (await client.FindClosureAsync(asked.AccountId, cancellationToken) is not { IsActive: true } other)
                throw;
            var ours = other.Request.ConfirmationNumber == asked.ConfirmationNumber;
            return await Answer(request, client, ours ? HttpStatusCode.Accepted : HttpStatusCode.Conflict, other.Request);
        }
        return await Answer(request, client, HttpStatusCode.Accepted, asked);
    }

    private static Dictionary<string, string> Check(Body body)
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        errors.CheckText("userId", body.UserId, 128);
        errors.CheckText("reason", body.Reason, 500);
        if (ClosureClient.Canonical(body.AchRelationshipId) is null)
            errors["achRelationshipId"] = "must be the UUID of an ACH relationship of the account";
        return errors;
    }

    private static async Task<HttpResponseData> Answer(
        HttpRequestData request, DurableTaskClient client, HttpStatusCode status, ClosureRequest closure)
    {
        var instanceId = ClosureInstance.IdFor(closure.AccountId);
        var links = client.CreateHttpManagementPayload(instanceId, request);
        var response = request.CreateResponse(status);
        response.Headers.Add("Location", links.StatusQueryGetUri);
        await response.WriteAsJsonAsync(new Started(
            closure.ConfirmationNumber,
            instanceId,
            links.Id,
            links.StatusQueryGetUri,
            links.SendEventPostUri,
            links.TerminatePostUri,
            links.PurgeHistoryDeleteUri,
            links.SuspendPostUri,
            links.ResumePostUri));
        response.StatusCode = status;
        return response;
    }
}
