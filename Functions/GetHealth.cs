using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AccountClosure.Functions;

/// <summary><c>GET /api/health</c>: liveness. It needs no key, because it reveals nothing confidential.</summary>
public static class GetHealth
{
    public sealed record Health(string Status);

    [Function(nameof(GetHealth))]
    public static async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequestData request, CancellationToken cancellationToken)
    {
        var response = request.CreateResponse(HttpStatusCode.OK);
        await response.WriteAsJsonAsync(new Health("healthy"), cancellationToken);
        return response;
    }
}
