using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AccountClosure.Embedded.Host.Http;

/// <summary>Writes the host's own answers, always as JSON.</summary>
internal static class Responses
{
    private const int ServiceUnavailableRetrySeconds = 5;

    // The text never becomes HTML, and the Functions host escapes only what JSON requires.
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task ErrorAsync(HttpContext context, HttpErrorException error)
    {
        if (error.Status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = ServiceUnavailableRetrySeconds.ToString(CultureInfo.InvariantCulture);
        if (error.Challenge is { } scheme)
            context.Response.Headers.WWWAuthenticate = scheme;
        if (error.Text is { } text)
            return JsonAsync(context, error.Status, new { Message = text });
        context.Response.StatusCode = error.Status;
        return Task.CompletedTask;
    }

    /// <param name="value">Written as JSON; property names stay as they are.</param>
    public static Task JsonAsync(HttpContext context, int status, object value)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value, Options);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = json.Length;
        return context.Response.Body.WriteAsync(json, context.RequestAborted).AsTask();
    }
}
