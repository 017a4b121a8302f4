using System.Net;
using System.Security.Claims;
using System.Text.Json;
using AccountClosure.Closure;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AccountClosure.Tests.App;

/// <summary>A request to a function that a test calls directly, to pass it a client of another backend.</summary>
internal sealed class DirectRequest(ClosureApp app, object body)
    : HttpRequestData(new Invocation("direct") { InstanceServices = app.Services })
{
    public override Stream Body { get; } = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(body, ClosureJson.Options));

    public override HttpHeadersCollection Headers { get; } = new(new Dictionary<string, string> { ["Content-Type"] = "application/json" });

    public override IReadOnlyCollection<IHttpCookie> Cookies => [];

    public override Uri Url => new("http://localhost:7071/api/");

    public override IEnumerable<ClaimsIdentity> Identities => [];

    public override string Method => "POST";

    public override HttpResponseData CreateResponse() => new Answer(FunctionContext);

    public static JsonElement Read(HttpResponseData answer)
    {
        answer.Body.Position = 0;
        return JsonSerializer.Deserialize<JsonElement>(answer.Body);
    }

    private sealed class Answer(FunctionContext context) : HttpResponseData(context)
    {
        public override HttpStatusCode StatusCode { get; set; } = HttpStatusCode.OK;

        public override HttpHeadersCollection Headers { get; set; } = [];

        public override Stream Body { get; set; } = new MemoryStream();

        public override HttpCookies Cookies => throw new NotSupportedException();
    }
}
