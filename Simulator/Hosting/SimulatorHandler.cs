using System.Net;
using System.Net.Http.Headers;
using AccountClosure.Simulator.Api;

namespace AccountClosure.Simulator.Hosting;

/// <summary>The door for clients in the same process.</summary>
internal sealed class SimulatorHandler(SimulatorPipeline pipeline) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var uri = request.RequestUri!;
        var body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancellationToken) : [];
        var path = uri.AbsolutePath.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(uri.AbsolutePath) : uri.AbsolutePath;
        var authorization = request.Headers.Authorization is { } given ? $"{given.Scheme} {given.Parameter}" : null;
        try
        {
            var answer = await pipeline.ServeAsync(
                new ApiRequest(request.Method.Method, path, uri.Query, authorization, body), cancellationToken);
            return ToResponse(request, answer);
        }
        catch (ConnectionDroppedException dropped)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded, dropped.Message, dropped);
        }
    }

    private static HttpResponseMessage ToResponse(HttpRequestMessage request, ApiAnswer answer)
    {
        var response = new HttpResponseMessage((HttpStatusCode)answer.Status)
        {
            RequestMessage = request,
            Content = new ByteArrayContent(answer.Body),
        };
        if (answer.Body.Length > 0)
            response.Content.Headers.ContentType = new MediaTypeHeaderValue(answer.ContentType, "utf-8");
        if (answer.RateLimit is { } rate)
        {
            response.Headers.TryAddWithoutValidation("X-RateLimit-Limit", rate.Limit.ToString());
            response.Headers.TryAddWithoutValidation("X-RateLimit-Remaining", rate.Remaining.ToString());
            response.Headers.TryAddWithoutValidation("X-RateLimit-Reset", rate.Reset.ToString());
        }
        return response;
    }
}
