using AccountClosure.Embedded.Host.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Host.Webhooks;

/// <summary>Requests that raise events, and that terminate, suspend, resume, rewind or purge instances.</summary>
internal sealed class InstanceCommands(DurableTaskClient client, int maxBodySize)
{
    public async Task RaiseEventAsync(HttpContext context, string instanceId, string eventName)
    {
        await RequireNotEndedAsync(context, instanceId);
        var payload = await Requests.ReadJsonAsync(context.Request, maxBodySize, requireContentType: true)
            ?? throw new HttpErrorException(StatusCodes.Status400BadRequest, "The body is empty.");
        await client.RaiseEventAsync(instanceId, eventName, payload, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    /// <summary>Terminates the instance. Its sub-orchestrations keep running.</summary>
    public Task TerminateAsync(HttpContext context, string instanceId) => ChangeAsync(context, instanceId, (_, reason) =>
        client.TerminateInstanceAsync(instanceId, new TerminateInstanceOptions(reason), context.RequestAborted));

    public Task SuspendAsync(HttpContext context, string instanceId) => ChangeAsync(context, instanceId, (instance, reason) =>
        instance.RuntimeStatus == OrchestrationRuntimeStatus.Suspended
            ? throw new HttpErrorException(StatusCodes.Status409Conflict, "The instance is already suspended.")
            : client.SuspendInstanceAsync(instanceId, reason, context.RequestAborted));

    public Task ResumeAsync(HttpContext context, string instanceId) => ChangeAsync(context, instanceId, (_, reason) =>
        client.ResumeInstanceAsync(instanceId, reason, context.RequestAborted));

    public async Task RewindAsync(HttpContext context, string instanceId)
    {
        try
        {
            var reason = new QueryParameters(context.Request.Query).Text("reason");
            await client.RewindInstanceAsync(instanceId, reason!, context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }
        catch (ArgumentException)
        {
            await Responses.JsonAsync(context, StatusCodes.Status404NotFound, $"There is no instance '{instanceId}'.");
        }
        catch (InvalidOperationException refusal) when (refusal is not ObjectDisposedException)
        {
            await Responses.JsonAsync(context, StatusCodes.Status412PreconditionFailed, refusal.Message);
        }
    }

    public async Task PurgeAsync(HttpContext context, string instanceId)
    {
        var instance = await InstanceReads.RequireAsync(client, instanceId, context.RequestAborted);
        var result = await client.PurgeInstanceAsync(instanceId, context.RequestAborted);
        if (result.PurgedInstanceCount > 0)
            await AnswerPurgeAsync(context, result);
        else
            await RefusePurgeAsync(context, instance);
    }

    public async Task PurgeManyAsync(HttpContext context)
    {
        var query = new QueryParameters(context.Request.Query);
        var filter = new PurgeInstancesFilter(
            CreatedFrom: query.Time("createdTimeFrom") ?? throw QueryParameters.Wrong("createdTimeFrom", "given"),
            CreatedTo: query.Time("createdTimeTo"),
            Statuses: query.Statuses("runtimeStatus"));
        var result = await client.PurgeAllInstancesAsync(filter, context.RequestAborted);
        if (result.PurgedInstanceCount == 0)
            throw new HttpErrorException(StatusCodes.Status404NotFound);
        await AnswerPurgeAsync(context, result);
    }

    private async Task ChangeAsync(HttpContext context, string instanceId, Func<OrchestrationMetadata, string?, Task> change)
    {
        var instance = await RequireNotEndedAsync(context, instanceId);
        await change(instance, new QueryParameters(context.Request.Query).Text("reason"));
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private async Task<OrchestrationMetadata> RequireNotEndedAsync(HttpContext context, string instanceId)
    {
        var instance = await InstanceReads.RequireAsync(client, instanceId, context.RequestAborted);
        return InstanceJson.HasEnded(instance) ? throw new HttpErrorException(StatusCodes.Status410Gone) : instance;
    }

    // The body is a JSON string, not an object, as on the Functions host and as for a rewind.
    private static Task RefusePurgeAsync(HttpContext context, OrchestrationMetadata instance) =>
        Responses.JsonAsync(
            context,
            StatusCodes.Status412PreconditionFailed,
            $"The instance is {instance.RuntimeStatus}. Terminate it, or wait until it ends, before you purge it.");

    private static Task AnswerPurgeAsync(HttpContext context, PurgeResult result) =>
        Responses.JsonAsync(context, StatusCodes.Status200OK, new { instancesDeleted = result.PurgedInstanceCount });
}
