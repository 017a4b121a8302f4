using System.Net;
using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Functions;

/// <summary>
/// <c>POST /api/account-closure/cancel-task/{accountId}</c>: asks the closure to stop at its next safe point. With
/// <c>force</c> the instance is terminated at once; <see cref="Orchestrations.TerminationCleanup"/> then calls back or follows what was
/// sent and tells the customer.
/// </summary>
public sealed partial class CancelTask(
    IClosureTracking tracking, IAuditLog audit, DurableLinks durableLinks, TimeProvider time, ILogger<CancelTask> logger)
{
    public sealed record Body(string? Actor, string? Reason, bool Force = false);

    [Function(nameof(CancelTask))]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "account-closure/cancel-task/{accountId}")] HttpRequestData request,
        string accountId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var decision = await OperatorRequest.ReadAsync<Body>(request, accountId, client, body => (body.Actor, body.Reason), cancellationToken);
        if (decision.Closure is not { } closure)
            return decision.Error!;

        var cancel = new Cancel(decision.Body!.Actor!, decision.Body.Reason!, closure.Request.ConfirmationNumber);
        if (WhyNot(closure, decision.Body.Force) is { } why)
        {
            await TryAudit(request, closure, "CancelRefused", cancel with { Reason = $"{why.Title}. {cancel.Reason}" }, cancellationToken);
            return await request.ProblemAsync(HttpStatusCode.Conflict, why.Title, why.Detail);
        }
        if (decision.Body.Force)
        {
            await TryAudit(request, closure, "ForcedCancelAccepted", cancel, cancellationToken);
            await Stop(closure, cancel, cancellationToken);
            if (!await TryTerminate(client, closure, cancel, cancellationToken))
                return await TooLate(request, closure, cancel, await request.HasJustEndedAsync(closure.Request.AccountId), cancellationToken);
            await TerminationCleanups.StartAsync(client, TerminationCleanups.Of(closure, cancel, time.GetUtcNow()), cancellationToken);
        }
        else
        {
            // Before it is raised: it may come too late, and what was accepted is in the log all the same.
            await audit.AppendAsync(request, closure.Request, "CancelAccepted", time.GetUtcNow(), cancel.Actor, cancel.Reason, cancellationToken);
            if (await client.TryRaiseAsync(
                request, closure.Request.AccountId, closure.Instance.InstanceId, nameof(Cancel), cancel, cancellationToken) is { } tooLate)
            {
                return await TooLate(request, closure, cancel, tooLate, cancellationToken);
            }
        }
        return await OperatorRequest.AcceptedAsync(request, client, closure, closure.Instance.InstanceId, durableLinks);
    }

    private async Task<HttpResponseData> TooLate(
        HttpRequestData request, ClosureView closure, Cancel cancel, HttpResponseData answer, CancellationToken cancellationToken)
    {
        await TryAudit(request, closure, "CancelRefused", cancel with { Reason = $"The closure had just ended. {cancel.Reason}" }, cancellationToken);
        return answer;
    }

    /// <returns>Why the closure cannot be cancelled; null when it can.</returns>
    private static (string Title, string Detail)? WhyNot(ClosureView closure, bool force)
    {
        if (!closure.IsActive)
            return ("The closure cannot be cancelled any more", $"Its orchestration is {closure.Instance.RuntimeStatus}. {WhatToDo(closure)}");
        if (force || closure.Progress.CanCancel)
            return null;
        var status = $"GET /api/account-closure/task-status/{closure.Request.AccountId}";
        return closure.Progress.CancelRequested
            ? ("The closure is already being cancelled", $"The cancellation is under way. Follow it with {status}.")
            : ("Too late to cancel", $"The broker has been asked to close the account, or it is already closed. Follow the closure with {status}.");
    }

    private static string WhatToDo(ClosureView closure) => closure.WasStopped
        ? "If its cleanup asks for a decision, send it with resolve-task; otherwise there is nothing to do."
        : "There is nothing to do.";

    // First, so that whoever finishes this if we die says who stopped the closure. A database that is down must not keep anybody from stopping it.
    private async Task Stop(ClosureView closure, Cancel cancel, CancellationToken cancellationToken)
    {
        try
        {
            await tracking.StopAsync(closure.Request.ConfirmationNumber, new Stop(time.GetUtcNow(), cancel.Actor, cancel.Reason), cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotStopped(closure.Request.ConfirmationNumber, failure.GetType().Name);
        }
    }

    /// <returns>False when a later closure of the account runs under the same instance id: the one that was read has ended.</returns>
    private static async Task<bool> TryTerminate(DurableTaskClient client, ClosureView closure, Cancel cancel, CancellationToken cancellationToken)
    {
        var id = closure.Instance.InstanceId;
        // The records took their time meanwhile.
        if (await client.FindClosureAsync(closure.Request.AccountId, cancellationToken) is { } now
            && now.Request.ConfirmationNumber != closure.Request.ConfirmationNumber)
        {
            return false;
        }

        try
        {
            await client.TerminateInstanceAsync(id, new TerminateInstanceOptions($"{cancel.Actor}: {cancel.Reason}"), cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // It may have ended by itself in between, because it was stopped in the records, or be purged.
            if (await client.GetInstanceAsync(id, cancellationToken) is { IsCompleted: false })
                throw;
        }

        return true;
    }

    // A database that is down must neither keep anybody from stopping the closure nor hide why it cannot be stopped.
    private Task TryAudit(HttpRequestData request, ClosureView closure, string happening, Cancel cancel, CancellationToken cancellationToken) =>
        audit.TryAppendAsync(logger, request, closure.Request, happening, time.GetUtcNow(), cancel.Actor, cancel.Reason, cancellationToken);

    [LoggerMessage(2004, LogLevel.Error, "The force-cancelled closure {ConfirmationNumber} could not be marked as stopped in the records ({Failure}). Its cleanup tries again")]
    private partial void LogNotStopped(string confirmationNumber, string failure);
}
