using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace AccountClosure.Embedded.Host.Http;

/// <summary>The host's own answers, always JSON.</summary>
internal static class Responses
{
    private const int ServiceUnavailableRetrySeconds = 5;

    /// <summary>An <c>application/problem+json</c> document (RFC 9457).</summary>
    public static Task ProblemAsync(HttpContext context, ProblemException problem)
    {
        if (problem.Allow is not null)
            context.Response.Headers.Allow = problem.Allow;
        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = ServiceUnavailableRetrySeconds.ToString(CultureInfo.InvariantCulture);
        return WriteAsync(context, problem.Status, "application/problem+json", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("type", "about:blank");
            writer.WriteString("title", ReasonPhrases.GetReasonPhrase(problem.Status));
            writer.WriteNumber("status", problem.Status);
            writer.WriteString("detail", problem.Message);
            writer.WriteEndObject();
        });
    }

    public static Task JsonAsync(HttpContext context, int status, Action<Utf8JsonWriter> write) =>
        WriteAsync(context, status, "application/json; charset=utf-8", write);

    private static Task WriteAsync(HttpContext context, int status, string contentType, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            write(writer);
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = buffer.WrittenCount;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted).AsTask();
    }
}
