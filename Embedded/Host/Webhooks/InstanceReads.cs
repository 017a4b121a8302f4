using System.Globalization;
using AccountClosure.Embedded.Engine;
using AccountClosure.Embedded.Host.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Host.Webhooks;

/// <summary>Requests that read the status of an instance, or list instances.</summary>
internal sealed class InstanceReads(DurableEngine engine)
{
    private const string ContinuationHeader = "x-ms-continuation-token";
    private const int MaxPageSize = 1000;
    private const int StatusRetrySeconds = 5;

    public async Task GetAsync(HttpContext context, string instanceId)
    {
        var query = new QueryParameters(context.Request.Query);
        var showInput = query.Flag("showInput", otherwise: true);
        var showHistory = query.Flag("showHistory", otherwise: false);
        var showHistoryOutput = query.Flag("showHistoryOutput", otherwise: false);
        var failureIsError = query.Flag("returnInternalServerErrorOnFailure", otherwise: false);

        var instance = await RequireAsync(engine.Client, instanceId, context.RequestAborted);
        var json = InstanceJson.From(instance, engine.GetOrigin(instanceId), showInput);
        if (showHistory && instance.RuntimeStatus != OrchestrationRuntimeStatus.Pending)
        {
            var history = await engine.Client.GetOrchestrationHistoryAsync(instanceId, context.RequestAborted);
            json["historyEvents"] = new HistoryEventsJson(showInput, showHistoryOutput).From(history);
        }
        var status = StatusCodeFor(instance, failureIsError);
        if (status == StatusCodes.Status202Accepted)
        {
            context.Response.Headers.Location = Requests.Url(context.Request).AbsoluteUri;
            context.Response.Headers.RetryAfter = StatusRetrySeconds.ToString(CultureInfo.InvariantCulture);
        }
        await Responses.JsonAsync(context, status, json);
    }

    public async Task ListAsync(HttpContext context)
    {
        var query = new QueryParameters(context.Request.Query);
        var showInput = query.Flag("showInput", otherwise: true);
        var top = query.Number("top", OrchestrationQuery.DefaultPageSize, least: 1, most: MaxPageSize);
        var token = context.Request.Headers[ContinuationHeader] is [{ Length: > 0 } sent, ..] ? sent : null;
        var filter = new OrchestrationQuery(
            CreatedFrom: query.Time("createdTimeFrom"),
            CreatedTo: query.Time("createdTimeTo"),
            Statuses: query.Statuses("runtimeStatus"),
            InstanceIdPrefix: query.Text("instanceIdPrefix"),
            PageSize: top,
            FetchInputsAndOutputs: true,
            ContinuationToken: token);

        var page = await FirstPageAsync(filter, context.RequestAborted);
        if (page.ContinuationToken is { } next)
            context.Response.Headers[ContinuationHeader] = next;
        await Responses.JsonAsync(context, StatusCodes.Status200OK, page.Values.Select(instance =>
            InstanceJson.From(instance, engine.GetOrigin(instance.InstanceId), showInput)));
    }

    /// <exception cref="HttpErrorException">404: there is no such instance.</exception>
    public static async Task<OrchestrationMetadata> RequireAsync(
        DurableTaskClient client, string instanceId, CancellationToken cancellation) =>
        await client.GetInstancesAsync(instanceId, getInputsAndOutputs: true, cancellation)
        ?? throw new HttpErrorException(StatusCodes.Status404NotFound);

    /// <summary>Returns 202 until the instance has ended, then 200; for a failed one 500, if the caller asks for that.</summary>
    private static int StatusCodeFor(OrchestrationMetadata instance, bool failureIsError)
    {
        if (!InstanceJson.HasEnded(instance))
            return StatusCodes.Status202Accepted;
        return failureIsError && instance.RuntimeStatus == OrchestrationRuntimeStatus.Failed
            ? StatusCodes.Status500InternalServerError
            : StatusCodes.Status200OK;
    }

    private async Task<Page<OrchestrationMetadata>> FirstPageAsync(OrchestrationQuery filter, CancellationToken cancellation)
    {
        try
        {
            return await engine.Client.GetAllInstancesAsync(filter)
                .AsPages(filter.ContinuationToken, filter.PageSize)
                .FirstOrDefaultAsync(cancellation) ?? new Page<OrchestrationMetadata>([]);
        }
        catch (Exception exception) when (filter.ContinuationToken is not null && exception is ArgumentException or FormatException)
        {
            throw new HttpErrorException(
                StatusCodes.Status400BadRequest,
                $"The header {ContinuationHeader} is not a token of this host. Send the request without it to start with the first page.");
        }
    }
}
