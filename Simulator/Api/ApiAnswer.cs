using Microsoft.AspNetCore.Http;

namespace AccountClosure.Simulator.Api;

/// <param name="Body">JSON, or empty.</param>
internal sealed record ApiAnswer(int Status, byte[] Body, string ContentType = ApiAnswer.Json)
{
    public const string Json = "application/json; charset=utf-8";
    public const string Problem = "application/problem+json; charset=utf-8";

    public static readonly ApiAnswer NoContent = new(204, []);

    public async Task SendAsync(HttpResponse response)
    {
        response.StatusCode = Status;
        if (Body.Length == 0)
            return;
        response.ContentType = ContentType;
        response.ContentLength = Body.Length;
        await response.Body.WriteAsync(Body, response.HttpContext.RequestAborted);
    }
}
