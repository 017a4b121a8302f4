using System.Text;

namespace AccountClosure.Embedded.Host.Tests.Webhooks;

public sealed class AnyRequestTests : WebhookTest
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW"];

    private static readonly string[] Segments =
    [
        "api", "start", "runtime", "webhooks", "durabletask", "instances", "orchestrators", "raiseEvent", "terminate", "restart", "Greet",
        "Wait", "g1", "unknown", "%2F", "%25", "..", ".", "", "%C3%A9", "@x", "{text}", "a;b", "1", "%F0%9F%98%80",
    ];

    private static readonly string[] Queries =
    [
        "", "timeout=1", "timeout=x", "top=5", "top=", "createdTimeFrom=2026-01-01", "createdTimeFrom=%00", "runtimeStatus=,",
        "showHistory=true", "reason=%0A", "code=%FF", "instanceIdPrefix=%25", "restartWithNewInstanceId=false", "a=b=c&&=",
        "runtimeStatus=Completed",
    ];

    private static readonly string[] Bodies = ["", "null", "{}", "{", "\"a\"", "[1,2", "\u0000", "1e999", "{\"a\":\"\\ud800\"}"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task No_request_causes_a_server_error(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 400; i++)
        {
            var path = random.GetItems(Segments, random.Next(0, 5));
            var prefix = random.Next(3) switch { 0 => "", 1 => Prefix, _ => Instances };
            var url = $"http://localhost:7071{prefix}/{string.Join('/', path)}?{string.Join('&', random.GetItems(Queries, 2))}";
            using var request = new HttpRequestMessage(new HttpMethod(random.GetItems(Methods, 1)[0]), url);
            var body = random.GetItems(Bodies, 1)[0];
            request.Content = new StringContent(body, Encoding.UTF8, random.Next(4) == 0 ? "text/plain" : "application/json");

            var call = Host.Http.SendAsync(request);
            var response = Host.Run.Await(call);

            var what = $"{request.Method} {url} {body}";
            ((int)response.StatusCode).ShouldBeLessThan(500, what);
        }
    }
}
