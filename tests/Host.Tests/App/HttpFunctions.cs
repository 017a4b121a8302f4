using System.Net;
using System.Text;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AccountClosure.Embedded.Host.Tests.App;

public static class HttpFunctions
{
    [Function("Echo")]
    public static async Task<HttpResponseData> Echo(
        [HttpTrigger("post", Route = "echo/{id}/{count:int?}")] HttpRequestData request, string id, int count = 7)
    {
        HttpResponseData response = request.CreateResponse(HttpStatusCode.Created);
        response.Headers.Add("X-Id", id);
        response.Headers.Add("X-Count", count.ToString());
        response.Headers.Add("X-Query", request.Query["q"] ?? "none");
        response.Headers.Add("X-Sent", request.Headers.TryGetValues("X-Send", out IEnumerable<string>? sent) ? sent : []);
        response.Headers.Add("Content-Type", "text/plain");
        await response.WriteStringAsync(await request.ReadAsStringAsync() ?? "");
        return response;
    }

    [Function("ByName")]
    public static HttpResponseData ByName([HttpTrigger(AuthorizationLevel.Admin)] HttpRequestData request)
    {
        HttpResponseData response = request.CreateResponse();
        response.WriteBytes(Encoding.UTF8.GetBytes(request.Method));
        return response;
    }

    [Function("Literal")]
    public static HttpResponseData Literal([HttpTrigger("get", Route = "things/latest")] HttpRequestData request) =>
        Text(request, "latest");

    [Function("Any")]
    public static HttpResponseData Any([HttpTrigger("get", "put", Route = "things/{name}")] HttpRequestData request, string name) =>
        Text(request, name);

    [Function("ById")]
    public static HttpResponseData ById([HttpTrigger("get", Route = "by-id/{id}")] HttpRequestData request, Guid id) =>
        Text(request, id.ToString());

    [Function("Open")]
    public static HttpResponseData Open([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "open")] HttpRequestData request) =>
        Text(request, "open");

    [Function("Silent")]
    public static Task Silent([HttpTrigger("post")] HttpRequestData request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.CompletedTask;
    }

    [Function("Throw")]
    public static HttpResponseData Throw([HttpTrigger("get")] HttpRequestData request) =>
        throw new InvalidOperationException("account 12345 of " + request.Method);

    [Function("Cookies")]
    public static HttpResponseData Cookies([HttpTrigger("get")] HttpRequestData request)
    {
        HttpResponseData response = Text(request, string.Join(';', request.Cookies.Select(cookie => $"{cookie.Name}={cookie.Value}")));
        response.Cookies.Append("seen", "yes");
        return response;
    }

    [Function("Json")]
    public static async Task<HttpResponseData> Json([HttpTrigger("post")] HttpRequestData request)
    {
        Person? person = await request.ReadFromJsonAsync<Person>();
        HttpResponseData response = request.CreateResponse();
        await response.WriteAsJsonAsync(person! with { FirstName = person.FirstName.ToUpperInvariant() });
        return response;
    }

    private static HttpResponseData Text(HttpRequestData request, string text)
    {
        HttpResponseData response = request.CreateResponse(HttpStatusCode.OK);
        response.WriteString(text);
        return response;
    }
}

public sealed record Person(string FirstName);
