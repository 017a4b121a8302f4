using System.Text.Json;
using AccountClosure.Embedded.Host.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Host.Webhooks;

/// <summary>What changes an instance from outside.</summary>
internal sealed class InstanceCommands(DurableTaskClient client, int maxBodySize)
{
    public async Task RaiseEventAsync(HttpContext context, string instanceId, string eventName)
    {
        JsonElement? payload = await JsonBody.ReadAsync(context.Request, maxBodySize, requireContentType: true);
        await RequireNotEndedAsync(context, instanceId);
        await client.RaiseEventAsync(instanceId, eventName, payload, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    /// <summary>This instance only: its sub-orchestrations go on.</summary>
    public Task TerminateAsync(HttpContext context, string instanceId) => ChangeAsync(context, instanceId, reason =>
        client.TerminateInstanceAsync(instanceId, new TerminateInstanceOptions(reason), context.RequestAborted));

    public Task SuspendAsync(HttpContext context, string instanceId) => ChangeAsync(context, instanceId, reason =>
        client.SuspendInstanceAsync(instanceId, reason, context.RequestAborted));

    public Task ResumeAsync(HttpContext context, string instanceId) => ChangeAsync(context, instanceId, reason =>
        client.ResumeInstanceAsync(instanceId, reason, context.RequestAborted));

    public async Task PurgeAsync(HttpContext context, string instanceId)
    {
        await InstanceReads.RequireAsync(client, instanceId, context.RequestAborted);
        PurgeResult result = await client.PurgeInstanceAsync(instanceId, context.RequestAborted);
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
            throw new ProblemException(StatusCodes.Status404NotFound, "No instance has ended that matches.");
        await AnswerPurgeAsync(context, result);
    }

    private async Task ChangeAsync(HttpContext context, string instanceId, Func<string?, Task> change)
    {
        await RequireNotEndedAsync(context, instanceId);
        await change(new QueryParameters(context.Request.Query).Text("reason"));
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private async Task RequireNotEndedAsync(HttpContext context, string instanceId)
    {
        OrchestrationMetadata instance = await InstanceReads.RequireAsync(client, instanceId, context.RequestAborted);
        if (InstanceJson.HasEnded(instance))
            throw new ProblemException(StatusCodes.Status410Gone, $"The instance has ended: {instance.RuntimeStatus}.");
    }

    private static Task AnswerPurgeAsync(HttpContext context, PurgeResult result) =>
        Responses.JsonAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("instancesDeleted", result.PurgedInstanceCount);
            writer.WriteEndObject();
        });
}
