using System.Net;
using AccountClosure.Closure;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Functions;

/// <summary>
/// <c>POST /api/account-closure/cancel-task/{accountId}</c>: asks the closure to stop at its next safe point. With
/// <c>force</c> the instance is terminated at once; <see cref="Orchestrations.TerminationCleanup"/> calls back or follows what was sent and tells the customer.
/// </summary>
public static class CancelTask
{
    public sealed record Body(string? Actor, string? Reason, bool Force = false);

    [Function(nameof(CancelTask))]
    public static async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "account-closure/cancel-task/{accountId}")] HttpRequestData request,
        string accountId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var decision = await OperatorRequest.ReadAsync<Body>(request, accountId, client, body => (body.Actor, body.Reason), cancellationToken);
        if (decision.Closure is not { } closure)
            return decision.Error!;

        var body = decision.Body!;
        if (body.Force)
        {
            await client.TerminateInstanceAsync(
                closure.Instance.InstanceId, new TerminateInstanceOptions($"{body.Actor}: {body.Reason}", Recursive: true), cancellationToken);
            await TerminationCleanups.StartAsync(client, TerminationCleanups.Of(closure, new Cancel(body.Actor!, body.Reason!)), cancellationToken);
        }
        else if (!closure.Progress.CanCancel)
        {
            return await request.ProblemAsync(
                HttpStatusCode.Conflict, "It is too late to cancel", "The broker was asked to close the account; follow the closure to its end.");
        }
        else
        {
            await client.RaiseEventAsync(closure.Instance.InstanceId, nameof(Cancel), new Cancel(body.Actor!, body.Reason!), cancellationToken);
        }
        return await OperatorRequest.AcceptedAsync(request, client, closure);
    }
}
