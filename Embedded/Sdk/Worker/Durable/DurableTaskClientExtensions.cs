using System.Net;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>The answer to a start: 202 with the links of the instance.</summary>
public static class DurableTaskClientExtensions
{
    // The host tells the durable client binding which query its webhooks need (in Azure taskHub, connection and code).
    private const string RequiredQuery = "requiredQueryStringParameters";

    public static Task<HttpResponseData> CreateCheckStatusResponseAsync(
        this DurableTaskClient client, HttpRequestData request, string instanceId, CancellationToken cancellation = default) =>
        CreateCheckStatusResponseAsync(client, request, instanceId, HttpStatusCode.Accepted, cancellation);

    public static async Task<HttpResponseData> CreateCheckStatusResponseAsync(
        this DurableTaskClient client,
        HttpRequestData request,
        string instanceId,
        HttpStatusCode statusCode,
        CancellationToken cancellation = default)
    {
        HttpResponseData response = BeginResponse(client, request, instanceId, statusCode, out HttpManagementPayload payload);
        await WorkerSerializer.Of(request.FunctionContext)
            .SerializeAsync(response.Body, payload, typeof(HttpManagementPayload), cancellation);
        return response;
    }

    public static HttpResponseData CreateCheckStatusResponse(
        this DurableTaskClient client, HttpRequestData request, string instanceId, CancellationToken cancellation = default) =>
        CreateCheckStatusResponse(client, request, instanceId, HttpStatusCode.Accepted, cancellation);

    public static HttpResponseData CreateCheckStatusResponse(
        this DurableTaskClient client,
        HttpRequestData request,
        string instanceId,
        HttpStatusCode statusCode,
        CancellationToken cancellation = default)
    {
        HttpResponseData response = BeginResponse(client, request, instanceId, statusCode, out HttpManagementPayload payload);
        WorkerSerializer.Of(request.FunctionContext)
            .Serialize(response.Body, payload, typeof(HttpManagementPayload), cancellation);
        return response;
    }

    /// <exception cref="InvalidOperationException">Without a request there is nothing to take the address from.</exception>
    public static HttpManagementPayload CreateHttpManagementPayload(
        this DurableTaskClient client, string instanceId, HttpRequestData? request = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        if (request is null)
            throw new InvalidOperationException("The address of the webhooks is not known without a request.");

        string instance = request.Url.GetLeftPart(UriPartial.Authority)
            + "/runtime/webhooks/durabletask/instances/" + Uri.EscapeDataString(instanceId);
        string query = request.FunctionContext.BindingContext.BindingData.TryGetValue(RequiredQuery, out object? required)
            ? required as string ?? ""
            : "";
        return new HttpManagementPayload
        {
            Id = instanceId,
            StatusQueryGetUri = Link("", ""),
            SendEventPostUri = Link("/raiseEvent/{eventName}", ""),
            TerminatePostUri = Link("/terminate", "reason={text}"),
            PurgeHistoryDeleteUri = Link("", ""),
            RestartPostUri = Link("/restart", ""),
            SuspendPostUri = Link("/suspend", "reason={text}"),
            ResumePostUri = Link("/resume", "reason={text}"),
        };

        string Link(string operation, string parameter)
        {
            string whole = string.Join('&', new[] { parameter, query }.Where(part => part.Length > 0));
            return whole.Length > 0 ? $"{instance}{operation}?{whole}" : instance + operation;
        }
    }

    private static HttpResponseData BeginResponse(
        DurableTaskClient client,
        HttpRequestData request,
        string instanceId,
        HttpStatusCode statusCode,
        out HttpManagementPayload payload)
    {
        ArgumentNullException.ThrowIfNull(request);
        payload = CreateHttpManagementPayload(client, instanceId, request);
        HttpResponseData response = request.CreateResponse(statusCode);
        response.Headers.Add("Location", payload.StatusQueryGetUri);
        response.Headers.Add("Content-Type", "application/json");
        return response;
    }
}
