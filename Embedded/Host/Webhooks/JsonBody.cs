using System.Text.Json;
using AccountClosure.Embedded.Host.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace AccountClosure.Embedded.Host.Webhooks;

/// <summary>Reads the JSON body of a request to the webhooks.</summary>
internal static class JsonBody
{
    /// <returns>The body's JSON; null for an empty body.</returns>
    /// <exception cref="HttpErrorException">400: another content type, or not JSON.</exception>
    public static async Task<JsonElement?> ReadAsync(HttpRequest request, int limit, bool requireContentType)
    {
        bool isJson = MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);
        if (requireContentType && !isJson)
            throw new HttpErrorException(StatusCodes.Status400BadRequest, "The body must be application/json.");

        using MemoryStream body = await RequestBody.ReadAsync(request, limit);
        if (body.Length == 0)
            return null;
        try
        {
            using JsonDocument json = JsonDocument.Parse(body);
            // Bytes within a string that are not UTF-8 show only when it is read.
            _ = json.RootElement.GetRawText();
            return json.RootElement.Clone();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new HttpErrorException(StatusCodes.Status400BadRequest, "The body is not valid JSON.");
        }
    }
}
