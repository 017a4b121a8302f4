using System.Globalization;
using AccountClosure.Embedded.Engine;
using AccountClosure.Embedded.Host.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Host.Webhooks;

/// <summary>Starts and restarts instances.</summary>
internal sealed class OrchestrationStarts(
    DurableTaskClient client, InstanceReads reads, FunctionCatalog catalog, FunctionKeys keys, TaskHub hub, TimeProvider time,
    int maxBodySize)
{
    // A .NET timer cannot wait for more than 49 days.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);

    private const int MaxInstanceIdLength = 100;
    private const int StartRetrySeconds = 10;

    public async Task StartAsync(HttpContext context, string functionName, string? instanceId)
    {
        if (!catalog.HasOrchestrator(functionName))
            throw new HttpErrorException(StatusCodes.Status400BadRequest, $"There is no orchestrator '{functionName}'.");
        if (instanceId is not null)
            CheckInstanceId(instanceId);

        var input = await Requests.ReadJsonAsync(context.Request, maxBodySize, requireContentType: false);
        var version = new QueryParameters(context.Request.Query).Text("version");
        var options = new StartOrchestrationOptions(instanceId) { Version = version is null ? null : new TaskVersion(version) };
        await StartAsync(context, instanceId, () =>
            client.ScheduleNewOrchestrationInstanceAsync(functionName, input, options, context.RequestAborted));
    }

    public async Task RestartAsync(HttpContext context, string instanceId)
    {
        var withNewId = new QueryParameters(context.Request.Query).Flag("restartWithNewInstanceId", otherwise: true);
        if (await client.GetInstancesAsync(instanceId, false, context.RequestAborted) is null)
            throw new HttpErrorException(StatusCodes.Status400BadRequest, "There is no such instance to restart.");
        await StartAsync(context, withNewId ? null : instanceId, () => client.RestartAsync(instanceId, withNewId, context.RequestAborted));
    }

    /// <summary>Starts an instance, waits for its end if the caller asks for that, and answers.</summary>
    /// <exception cref="HttpErrorException">409: the instance exists and has not ended.</exception>
    private async Task StartAsync(HttpContext context, string? instanceId, Func<Task<string>> start)
    {
        var query = new QueryParameters(context.Request.Query);
        var interval = query.Seconds("pollingInterval");
        var timeout = interval is null ? null : query.Seconds("timeout");
        if (interval > timeout)
            throw QueryParameters.Wrong("pollingInterval", "no longer than the timeout");
        string started;
        try
        {
            started = await start();
        }
        catch (InvalidOperationException) when (instanceId is not null)
        {
            throw new HttpErrorException(StatusCodes.Status409Conflict, $"The instance '{instanceId}' exists and has not ended.");
        }

        if (timeout is null || await WaitAsync(started, timeout.Value, context.RequestAborted) is not { } ended)
            await AnswerStartedAsync(context, started);
        else if (ended.RuntimeStatus == OrchestrationRuntimeStatus.Completed)
            await Responses.JsonAsync(context, StatusCodes.Status200OK, new DurablePayload(ended.SerializedOutput));
        else
            await reads.GetAsync(context, started);
    }

    /// <returns>The instance; null if it has not ended in time.</returns>
    private async Task<OrchestrationMetadata?> WaitAsync(string instanceId, TimeSpan timeout, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(timeout < LongestWait ? timeout : LongestWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await client.WaitForInstanceCompletionAsync(instanceId, getInputsAndOutputs: true, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private Task AnswerStartedAsync(HttpContext context, string instanceId)
    {
        var links = new ManagementLinks(Requests.Url(context.Request), instanceId, $"{hub.Query}&{keys.WebhookQuery}");
        context.Response.Headers.Location = links.Status;
        context.Response.Headers.RetryAfter = StartRetrySeconds.ToString(CultureInfo.InvariantCulture);
        return Responses.JsonAsync(context, StatusCodes.Status202Accepted, links.Json);
    }

    private static void CheckInstanceId(string instanceId)
    {
        var isValid = instanceId.Length <= MaxInstanceIdLength
            && instanceId[0] != '@'
            && !instanceId.Any(letter => char.IsControl(letter) || letter is '/' or '\\' or '#' or '?');
        if (!isValid)
        {
            throw new HttpErrorException(
                StatusCodes.Status400BadRequest,
                $"An instance id has 1 to {MaxInstanceIdLength} characters, without / \\ # ?, and does not start with @.");
        }
    }
}
