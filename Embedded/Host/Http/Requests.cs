using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Net.Http.Headers;

namespace AccountClosure.Embedded.Host.Http;

/// <summary>Reads the URL and the body of a request, and refuses a request that cannot be read.</summary>
internal static class Requests
{
    private const int ChunkSize = 16 * 1024;

    /// <exception cref="HttpErrorException">400: the Host header is missing or not valid.</exception>
    public static Uri Url(HttpRequest request)
    {
        if (request.Host.HasValue && Uri.TryCreate(request.GetEncodedUrl(), UriKind.Absolute, out var url))
            return url;
        throw new HttpErrorException(StatusCodes.Status400BadRequest, "The Host header is missing or not valid.");
    }

    /// <summary>Reads the whole body into memory.</summary>
    /// <exception cref="HttpErrorException">413: larger than <paramref name="limit"/> bytes.</exception>
    public static async Task<MemoryStream> ReadBodyAsync(HttpRequest request, int limit)
    {
        if (request.ContentLength > limit)
            throw TooLarge();

        var body = new MemoryStream((int)(request.ContentLength ?? 0));
        var chunk = new byte[ChunkSize];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, request.HttpContext.RequestAborted)) > 0)
        {
            if (body.Length + read > limit)
                throw TooLarge();
            body.Write(chunk, 0, read);
        }

        body.Position = 0;
        return body;

        HttpErrorException TooLarge() => new(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {limit} bytes.");
    }

    /// <returns>The body's JSON; null for an empty body.</returns>
    /// <exception cref="HttpErrorException">400: another content type, or not JSON.</exception>
    public static async Task<JsonElement?> ReadJsonAsync(HttpRequest request, int limit, bool requireContentType)
    {
        var isJson = MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);
        if (requireContentType && !isJson)
            throw new HttpErrorException(StatusCodes.Status400BadRequest, "The body must be application/json.");

        using var body = await ReadBodyAsync(request, limit);
        if (body.Length == 0)
            return null;
        try
        {
            using var json = JsonDocument.Parse(body);
            // Parsing does not check that strings are UTF-8; reading them does.
            _ = json.RootElement.GetRawText();
            return json.RootElement.Clone();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new HttpErrorException(StatusCodes.Status400BadRequest, "The body is not valid JSON.");
        }
    }
}
