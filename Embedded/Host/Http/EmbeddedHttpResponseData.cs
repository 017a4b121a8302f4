using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Primitives;

namespace AccountClosure.Embedded.Host.Http;

internal sealed class EmbeddedHttpResponseData(FunctionContext context) : HttpResponseData(context)
{
    private readonly ResponseCookies _cookies = new();

    public override HttpStatusCode StatusCode { get; set; } = HttpStatusCode.OK;

    public override HttpHeadersCollection Headers { get; set; } = new();

    public override Stream Body { get; set; } = new MemoryStream();

    public override HttpCookies Cookies => _cookies;

    /// <summary>Sends the response. A response to HEAD has headers only.</summary>
    public async Task SendAsync(HttpContext http)
    {
        var response = http.Response;
        response.StatusCode = (int)StatusCode;
        foreach ((var name, var values) in Headers)
            response.Headers[name] = new StringValues([.. values]);
        foreach (var cookie in _cookies.Headers)
            response.Headers.Append("Set-Cookie", cookie);

        var hasBody = response.StatusCode is not (StatusCodes.Status204NoContent or StatusCodes.Status304NotModified);
        if (hasBody && Body.CanSeek)
        {
            // The function may have left the position at the end of the body.
            Body.Position = 0;
            response.ContentLength = Body.Length;
        }
        if (hasBody && !HttpMethods.IsHead(http.Request.Method))
            await Body.CopyToAsync(response.Body, http.RequestAborted);
        await Body.DisposeAsync();
    }
}
