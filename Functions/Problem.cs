using System.Net;
using System.Text.Json;
using AccountClosure.Closure;
using Microsoft.Azure.Functions.Worker.Http;

namespace AccountClosure.Functions;

/// <summary>Answers with errors as <c>application/problem+json</c> (RFC 9457): what is wrong, and what to do.</summary>
internal static class Problem
{
    private sealed record Body(string Type, string Title, int Status, string Detail, IReadOnlyDictionary<string, string>? Errors);

    /// <param name="errors">Each invalid field and what is wrong with it; null if the problem does not concern fields.</param>
    public static async Task<HttpResponseData> ProblemAsync(
        this HttpRequestData request,
        HttpStatusCode status,
        string title,
        string detail,
        IReadOnlyDictionary<string, string>? errors = null)
    {
        var response = request.CreateResponse(status);
        response.Headers.Add("Content-Type", "application/problem+json");
        var body = new Body("about:blank", title, (int)status, detail, errors);
        await response.WriteStringAsync(JsonSerializer.Serialize(body, ClosureJson.Options));
        return response;
    }

    public static Task<HttpResponseData> BadAccountIdAsync(this HttpRequestData request) => request.ProblemAsync(
        HttpStatusCode.BadRequest,
        "The account id is not valid",
        "The account id in the path must be a UUID such as 8f3c2b1a-0d4e-4a5b-9c6d-7e8f90a1b2c3.");

    public static Task<HttpResponseData> NoClosureAsync(this HttpRequestData request, string accountId) => request.ProblemAsync(
        HttpStatusCode.NotFound,
        "No closure",
        "No closure of this account is running, and no history of one is kept. If its history was purged, the hourly watch finishes "
        + "what is still open. "
        + $"To start a new closure, send POST /api/account-closure/initiate/{accountId}.");

    /// <summary>The answer to a confirmation number that no closure of the account has.</summary>
    public static Task<HttpResponseData> NoClosureOfNumberAsync(this HttpRequestData request, string accountId) => request.ProblemAsync(
        HttpStatusCode.NotFound,
        "No closure with this number",
        $"Account {accountId} has no closure with this confirmation number. Without the parameter confirmationNumber, the answer is about "
        + "the latest closure of the account.");
}
