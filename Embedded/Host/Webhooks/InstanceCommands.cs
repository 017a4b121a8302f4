using System.Text.Json;
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
        JsonElement payload = await JsonBody.ReadAsync(context.Request, maxBodySize, requireContentType: true)
            ?? throw new HttpErrorException(StatusCodes.Status400BadRequest, "The body is empty.");
        await client.RaiseEventAsync(instanceId, eventName, payload, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    /// <summary>Terminates the instance. Its sub-orchestrations keep running.</summary>
    public Task TerminateAsync(HttpContext context, string instanceId) => ChangeAsync(context, instanceId, reason =>
        client.TerminateInstanceAsync(instanceId, new TerminateInstanceOptions(reason), context.RequestAborted));

    public async Task SuspendAsync(HttpContext context, string instanceId)
    {
        OrchestrationMetadata instance = await RequireNotEndedAsync(context, instanceId);
        if (instance.RuntimeStatus == OrchestrationRuntimeStatus.Suspended)
            throw new HttpErrorException(StatusCodes.Status409Conflict, "The instance is already suspended.");
        await client.SuspendInstanceAsync(instanceId, Reason(context), context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    public Task ResumeAsync(HttpContext context, string instanceId) => ChangeAsync(context, instanceId, reason =>
        client.ResumeInstanceAsync(instanceId, reason, context.RequestAborted));

    public async Task RewindAsync(HttpContext context, string instanceId)
    {
        try
        {
            await client.RewindInstanceAsync(instanceId, Reason(context)!, context.RequestAborted);
        }
        catch (ArgumentException)
        {
            throw new HttpErrorException(StatusCodes.Status404NotFound);
        }
        catch (InvalidOperationException refusal) when (refusal is not ObjectDisposedException)
        {
            throw new HttpErrorException(StatusCodes.Status412PreconditionFailed, refusal.Message);
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    public async Task PurgeAsync(HttpContext context, string instanceId)
    {
        OrchestrationMetadata instance = await InstanceReads.RequireAsync(client, instanceId, context.RequestAborted);
        PurgeResult result = await client.PurgeInstanceAsync(instanceId, context.RequestAborted);
        if (result.PurgedInstanceCount == 0)
            throw new HttpErrorException(StatusCodes.Status412PreconditionFailed, $"The instance is {instance.RuntimeStatus}. Terminate it, or wait until it ends, before you purge it.");
        await AnswerPurgeAsync(context, result);
    }

    public async Task PurgeManyAsync(HttpContext context)
    {
        var query = new QueryParameters(context.Request.Query);
        var filter = new PurgeInstancesFilter(
            CreatedFrom: query.Time("createdTimeFrom") ?? throw QueryParameters.Wrong("createdTimeFrom", "given"),
            CreatedTo: query.Time("createdTimeTo"),
            Statuses: query.Statuses("runtimeStatus"));
        PurgeResult result = await client.PurgeAllInstancesAsync(filter, context.RequestAborted);
        if (result.PurgedInstanceCount == 0)
            throw new HttpErrorException(StatusCodes.Status404NotFound);
        await AnswerPurgeAsync(context, result);
    }

    private async Task ChangeAsync(HttpContext context, string instanceId, Func<string?, Task> change)
    {
        await RequireNotEndedAsync(context, instanceId);
        await change(Reason(context));
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private static string? Reason(HttpContext context) => new QueryParameters(context.Request.Query).Text("reason");

    private async Task<OrchestrationMetadata> RequireNotEndedAsync(HttpContext context, string instanceId)
    {
        OrchestrationMetadata instance = await InstanceReads.RequireAsync(client, instanceId, context.RequestAborted);
        return InstanceJson.HasEnded(instance) ? throw new HttpErrorException(StatusCodes.Status410Gone) : instance;
    }

    private static Task AnswerPurgeAsync(HttpContext context, PurgeResult result) =>
        Responses.JsonAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("instancesDeleted", result.PurgedInstanceCount);
            writer.WriteEndObject();
        });
}
