using System.Net;
using AccountClosure.Closure;
using AccountClosure.Orchestrations;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccountClosure.Functions;

/// <summary><c>POST /api/account-closure/initiate/{accountId}</c>: starts the closure of an account. Only one runs at a time.</summary>
public sealed partial class InitiateClosure(
    IClosureTracking tracking,
    IAuditLog audit,
    IOptions<ClosurePolicy> policy,
    DurableLinks durableLinks,
    TimeProvider time,
    ILogger<InitiateClosure> logger)
{
    public sealed record Body(string? UserId, string? AchRelationshipId, string? Reason);

    /// <summary>Answer to a start: the durable links, and the confirmation number for the customer.</summary>
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
        var earlier = await client.FindClosureAsync(account, cancellationToken);
        if (earlier is { IsActive: true })
        {
            await AuditRefused(request, earlier.Request with { UserId = body.UserId! }, earlier.Request, cancellationToken);
            return await Answer(request, client, HttpStatusCode.Conflict, earlier.Request);
        }
        // The confirmation number depends on this time, and two closures of an account must never have the same number.
        if (now <= earlier?.Request.RequestedAt)
            now = earlier.Request.RequestedAt.AddTicks(1);

        var asked = new ClosureRequest(
            account,
            body.UserId!,
            ClosureClient.Canonical(body.AchRelationshipId)!,
            body.Reason!,
            ConfirmationNumber.For(account, now),
            now);
        var (isWritten, stoppedBy) = await AskRecords(request, asked, earlier, cancellationToken);
        if (!isWritten)
        {
            return await request.ProblemAsync(
                HttpStatusCode.ServiceUnavailable,
                "The records are not available",
                "Nothing was started, because the request could not be written to the audit log. Send it again in a few minutes.");
        }
        // The new closure waits for the cleanup of the old one. Start the cleanup here, so that it does not wait for the first step.
        if (earlier is { WasStopped: true, Cleanup: null })
            await TerminationCleanups.StartAsync(client, TerminationCleanups.From(earlier, stoppedBy, now), cancellationToken);
        return await Start(request, client, asked, earlier, cancellationToken);
    }

    /// <summary>
    /// Records the request before the start, because an instance that is terminated and purged at once leaves no trace.
    /// </summary>
    /// <returns>Whether the request is recorded, and who stopped the earlier closure; null if that is not known.</returns>
    private async Task<(bool IsWritten, Cancel? StoppedBy)> AskRecords(
        HttpRequestData request, ClosureRequest asked, ClosureView? earlier, CancellationToken cancellationToken)
    {
        try
        {
            var stopped = earlier is { WasStopped: true }
                ? await tracking.FindAsync(earlier.Request.ConfirmationNumber, cancellationToken)
                : null;
            await audit.AppendAsync(request, asked, "StartRequested", asked.RequestedAt, asked.UserId, asked.Reason, cancellationToken);
            return (true, stopped?.StoppedBy());
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotStarted(asked.ConfirmationNumber, failure.GetType().Name);
            return (false, null);
        }
    }

    private async Task<HttpResponseData> Start(
        HttpRequestData request, DurableTaskClient client, ClosureRequest asked, ClosureView? earlier, CancellationToken cancellationToken)
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
            // Somebody else may have started a closure since the read. Then answer with that closure. Anything else is an error.
            if (await client.FindClosureAsync(asked.AccountId, cancellationToken) is not { IsActive: true } other)
                throw;
            return await AnswerFor(other);
        }
        // Azure Storage merges simultaneous starts into one, and does not report whose start it was.
        return await client.FindClosureAsync(asked.AccountId, cancellationToken) is { } started && started.Request != earlier?.Request
            ? await AnswerFor(started)
            : await Answer(request, client, HttpStatusCode.Accepted, asked);

        async Task<HttpResponseData> AnswerFor(ClosureView started)
        {
            if (started.Request == asked)
                return await Answer(request, client, HttpStatusCode.Accepted, asked);
            await AuditRefused(request, asked, started.Request, cancellationToken);
            return await Answer(request, client, HttpStatusCode.Conflict, started.Request);
        }
    }

    private Task AuditRefused(HttpRequestData request, ClosureRequest asked, ClosureRequest running, CancellationToken cancellationToken) =>
        audit.TryAppendAsync(
            logger,
            request,
            asked,
            "StartRefused",
            time.GetUtcNow(),
            asked.UserId,
            $"Closure {running.ConfirmationNumber} of the account was already running.",
            cancellationToken);

    private static Dictionary<string, string> Check(Body body)
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        errors.CheckText("userId", body.UserId, 128);
        errors.CheckText("reason", body.Reason, 500);
        if (ClosureClient.Canonical(body.AchRelationshipId) is null)
            errors["achRelationshipId"] = "must be the UUID of an ACH relationship of the account";
        return errors;
    }

    private async Task<HttpResponseData> Answer(
        HttpRequestData request, DurableTaskClient client, HttpStatusCode status, ClosureRequest closure)
    {
        var instanceId = ClosureInstance.IdFor(closure.AccountId);
        var links = durableLinks.For(client, instanceId, request);
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

    [LoggerMessage(2006, LogLevel.Error,
        "Closure {ConfirmationNumber} was not started, because the request could not be written to the records ({Failure})")]
    private partial void LogNotStarted(string confirmationNumber, string failure);
}
