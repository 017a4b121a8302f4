using System.Net;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Functions;

/// <summary>The common part of the requests that change a closure: the actor, the reason, and the search for the closure.</summary>
internal static class OperatorRequest
{
    /// <summary>Answer to an accepted request. The effect follows, and the status URL shows it.</summary>
    public sealed record Accepted(string ConfirmationNumber, string InstanceId, string? StatusQueryGetUri);

    public sealed record Reading<T>(T? Body, ClosureView? Closure, HttpResponseData? Error);

    /// <param name="who">Reads the actor and the reason from the body. Both are required and go to the audit log.</param>
    public static async Task<Reading<T>> ReadAsync<T>(
        HttpRequestData request,
        string accountId,
        DurableTaskClient client,
        Func<T, (string? Actor, string? Reason)> who,
        CancellationToken cancellationToken)
        where T : class
    {
        var (account, body, error) = await ReadBodyAsync(request, accountId, who);
        if (body is null)
            return new(null, null, error);
        return await client.FindClosureAsync(account, cancellationToken) is { } closure
            ? new(body, closure, null)
            : new(null, null, await request.NoClosureAsync(account));
    }

    /// <returns>The account id in its canonical form and the body, or the answer with the error.</returns>
    public static async Task<(string Account, T? Body, HttpResponseData? Error)> ReadBodyAsync<T>(
        HttpRequestData request, string accountId, Func<T, (string? Actor, string? Reason)> who)
        where T : class
    {
        if (ClosureClient.Canonical(accountId) is not { } account)
            return ("", null, await request.BadAccountIdAsync());
        var (body, unreadable) = await RequestBody.ReadAsync<T>(request);
        if (body is null)
            return (account, null, unreadable);

        var (actor, reason) = who(body);
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        errors.CheckText("actor", actor, 128);
        errors.CheckText("reason", reason, 500);
        if (errors.Count > 0)
        {
            return (account, null, await request.ProblemAsync(
                HttpStatusCode.UnprocessableEntity,
                "The request is not valid",
                string.Join(' ', errors.Select(error => $"{error.Key} {error.Value}.")),
                errors));
        }
        return (account, body, null);
    }

    /// <param name="instanceId">Id of the instance whose status shows the effect: that of the closure or of its cleanup.</param>
    public static async Task<HttpResponseData> AcceptedAsync(
        HttpRequestData request, DurableTaskClient client, ClosureView closure, string instanceId, DurableLinks durableLinks)
    {
        var links = durableLinks.For(client, instanceId, request);
        var response = request.CreateResponse(HttpStatusCode.Accepted);
        await response.WriteAsJsonAsync(new Accepted(closure.Request.ConfirmationNumber, instanceId, links.StatusQueryGetUri));
        response.StatusCode = HttpStatusCode.Accepted;
        return response;
    }
}
