using System.Net;
using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Functions;

/// <summary>
/// <c>POST /api/account-closure/cancel-task/{accountId}</c>: asks the closure to stop at its next safe point. With <c>force</c> it
/// terminates the instance at once. <see cref="Orchestrations.TerminationCleanup"/> then cancels the open transfers, follows those that it
/// cannot cancel, and notifies the customer.
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
        var decision = await OperatorRequest.ReadAsync<Body>(
            request, accountId, client, body => (body.Actor, body.Reason), cancellationToken);
        if (decision.Closure is not { } closure)
            return decision.Error!;

        var cancel = new Cancel(decision.Body!.Actor!, decision.Body.Reason!, closure.Request.ConfirmationNumber);
        if (WhyNot(closure, decision.Body.Force) is { } why)
        {
            var refused = cancel with { Reason = $"{why.Title}. {cancel.Reason}" };
            await TryAudit(request, closure, "CancelRefused", refused, cancellationToken);
            return await request.ProblemAsync(HttpStatusCode.Conflict, why.Title, why.Detail);
        }
        if (decision.Body.Force)
        {
            await TryAudit(request, closure, "ForcedCancelAccepted", cancel, cancellationToken);
            await Stop(closure, cancel, cancellationToken);
            if (!await TryTerminate(client, closure, cancel, cancellationToken))
            {
                var hasEnded = await request.HasJustEndedAsync(closure.Request.AccountId);
                return await TooLate(request, closure, cancel, hasEnded, cancellationToken);
            }
            await TerminationCleanups.StartAsync(client, TerminationCleanups.From(closure, cancel, time.GetUtcNow()), cancellationToken);
        }
        else
        {
            // Write the entry before raising the event, so that the log has every accepted cancel, even one that then comes too late.
            await audit.AppendAsync(
                request, closure.Request, "CancelAccepted", time.GetUtcNow(), cancel.Actor, cancel.Reason, cancellationToken);
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
        var late = cancel with { Reason = $"The closure had just ended. {cancel.Reason}" };
        await TryAudit(request, closure, "CancelRefused", late, cancellationToken);
        return answer;
    }

    /// <returns>Why the closure cannot be cancelled; null when it can.</returns>
    private static (string Title, string Detail)? WhyNot(ClosureView closure, bool force)
    {
        if (!closure.IsActive)
        {
            return ("The closure can no longer be cancelled",
                $"Its orchestration is {closure.Instance.RuntimeStatus}. {WhatToDo(closure)}");
        }
        if (force || closure.Progress.CanCancel)
            return null;
        var status = $"GET /api/account-closure/task-status/{closure.Request.AccountId}";
        return closure.Progress.CancelRequested
            ? ("The closure is already being cancelled", $"The cancellation is under way. Follow it with {status}.")
            : ("Too late to cancel",
                $"The broker has been asked to close the account, or it is already closed. Follow the closure with {status}.");
    }

    private static string WhatToDo(ClosureView closure) => closure.WasStopped
        ? "If its cleanup asks for a decision, send it with resolve-task; otherwise there is nothing to do."
        : "There is nothing to do.";

    // The stop is recorded before the termination, so that the records say who stopped the closure even if this process dies in between. A
    // database that is down must not prevent the cancel.
    private async Task Stop(ClosureView closure, Cancel cancel, CancellationToken cancellationToken)
    {
        try
        {
            var stop = new Stop(time.GetUtcNow(), cancel.Actor, cancel.Reason);
            await tracking.StopAsync(closure.Request.ConfirmationNumber, stop, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotStopped(closure.Request.ConfirmationNumber, failure.GetType().Name);
        }
    }

    /// <returns>False when the closure has ended and a later one of the account has its instance id.</returns>
    private static async Task<bool> TryTerminate(
        DurableTaskClient client, ClosureView closure, Cancel cancel, CancellationToken cancellationToken)
    {
        var id = closure.Instance.InstanceId;
        // Read the instance again: the records may have been slow, and the account's next closure may have started meanwhile.
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
            // After the stop in the records the closure may have ended by itself, or its history was purged. Then there is nothing to
            // terminate.
            if (await client.GetInstanceAsync(id, cancellationToken) is { IsCompleted: false })
                throw;
        }

        return true;
    }

    // A database that is down must neither prevent the cancel nor hide why it was refused.
    private Task TryAudit(
        HttpRequestData request, ClosureView closure, string happening, Cancel cancel, CancellationToken cancellationToken) =>
        audit.TryAppendAsync(logger, request, closure.Request, happening, time.GetUtcNow(), cancel.Actor, cancel.Reason, cancellationToken);

    [LoggerMessage(2004, LogLevel.Error,
        "Force-cancelled closure {ConfirmationNumber} could not be marked as stopped in the records ({Failure}). The cleanup tries again")]
    private partial void LogNotStopped(string confirmationNumber, string failure);
}
