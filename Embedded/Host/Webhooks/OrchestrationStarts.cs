using System.Globalization;
using System.Text.Json;
using AccountClosure.Embedded.Engine;
using AccountClosure.Embedded.Host.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Host.Webhooks;

/// <summary>Starts and restarts instances.</summary>
internal sealed class OrchestrationStarts(
    DurableEngine engine, FunctionCatalog catalog, FunctionKeys keys, TaskHub hub, TimeProvider time, int maxBodySize)
{
    // A .NET timer cannot wait for more than 49 days.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(30);

    private const int MaxInstanceIdLength = 100;
    private const int StartRetrySeconds = 10;

    private readonly DurableTaskClient _client = engine.Client;

    public async Task StartAsync(HttpContext context, string functionName, string? instanceId)
    {
        var query = new QueryParameters(context.Request.Query);
        bool failureIsError = query.Flag("returnInternalServerErrorOnFailure", otherwise: false);
        TimeSpan? interval = query.Seconds("pollingInterval");
        TimeSpan? timeout = interval is null ? null : query.Seconds("timeout");
        if (interval > timeout)
            throw QueryParameters.Wrong("pollingInterval", "no longer than the timeout");
        if (!catalog.HasOrchestrator(functionName))
            throw new HttpErrorException(StatusCodes.Status400BadRequest, $"There is no orchestrator '{functionName}'.");
        if (instanceId is not null)
            CheckInstanceId(instanceId);

        JsonElement? input = await Requests.ReadJsonAsync(context.Request, maxBodySize, requireContentType: false);
        string started = await StartAsync(() => _client.ScheduleNewOrchestrationInstanceAsync(
            functionName, input, new StartOrchestrationOptions(instanceId), context.RequestAborted), instanceId);

        if (timeout is { } limit && await WaitAsync(started, limit, context.RequestAborted) is { } ended)
            await AnswerEndedAsync(context, ended, failureIsError);
        else
            await AnswerStartedAsync(context, started);
    }

    public async Task RestartAsync(HttpContext context, string instanceId)
    {
        bool withNewId = new QueryParameters(context.Request.Query).Flag("restartWithNewInstanceId", otherwise: true);
        if (await _client.GetInstancesAsync(instanceId, false, context.RequestAborted) is null)
            throw new HttpErrorException(StatusCodes.Status400BadRequest, "There is no such instance to restart.");
        string started = await StartAsync(
            () => _client.RestartAsync(instanceId, withNewId, context.RequestAborted), withNewId ? null : instanceId);
        await AnswerStartedAsync(context, started);
    }

    /// <exception cref="HttpErrorException">409: the instance exists and has not ended.</exception>
    private static async Task<string> StartAsync(Func<Task<string>> start, string? instanceId)
    {
        try
        {
            return await start();
        }
        catch (InvalidOperationException) when (instanceId is not null)
        {
            throw new HttpErrorException(StatusCodes.Status409Conflict, $"The instance '{instanceId}' exists and has not ended.");
        }
    }

    /// <returns>Null when it has not ended in time.</returns>
    private async Task<OrchestrationMetadata?> WaitAsync(string instanceId, TimeSpan timeout, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(timeout < s_longestWait ? timeout : s_longestWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await _client.WaitForInstanceCompletionAsync(instanceId, getInputsAndOutputs: true, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private Task AnswerEndedAsync(HttpContext context, OrchestrationMetadata instance, bool failureIsError) =>
        Responses.JsonAsync(
            context,
            InstanceReads.StatusCodeFor(instance, failureIsError),
            instance.RuntimeStatus == OrchestrationRuntimeStatus.Completed
                ? new DurablePayload(instance.SerializedOutput)
                : InstanceJson.From(instance, engine.GetVersion(instance.InstanceId), showInput: true));

    private Task AnswerStartedAsync(HttpContext context, string instanceId)
    {
        var links = new InstanceLinks(Requests.Url(context.Request), instanceId, $"{hub.Query}&{keys.WebhookQuery}");
        context.Response.Headers.Location = links.Status;
        context.Response.Headers.RetryAfter = StartRetrySeconds.ToString(CultureInfo.InvariantCulture);
        return Responses.JsonAsync(context, StatusCodes.Status202Accepted, links.Json);
    }

    private static void CheckInstanceId(string instanceId)
    {
        bool isValid = instanceId.Length <= MaxInstanceIdLength
            && instanceId[0] != '@'
            && !instanceId.Any(letter => char.IsControl(letter) || letter is '/' or '\\' or '#' or '?');
        if (!isValid)
        {
            throw new HttpErrorException(
                StatusCodes.Status400BadRequest,
                $"An instance id has 1 to {MaxInstanceIdLength} characters, without / \\ # ?, and does not begin with @.");
        }
    }
}
