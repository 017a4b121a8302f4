using Microsoft.AspNetCore.Http;

namespace AccountClosure.Embedded.Host.Http;

internal static class RequestBody
{
    private const int ChunkSize = 16 * 1024;

    /// <summary>The whole body, in memory.</summary>
    /// <exception cref="HttpErrorException">413: larger than <paramref name="limit"/> bytes.</exception>
    public static async Task<MemoryStream> ReadAsync(HttpRequest request, int limit)
    {
        if (request.ContentLength > limit)
            throw TooLarge(limit);

        var body = new MemoryStream((int)(request.ContentLength ?? 0));
        var chunk = new byte[ChunkSize];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, request.HttpContext.RequestAborted)) > 0)
        {
            if (body.Length + read > limit)
                throw TooLarge(limit);
            body.Write(chunk, 0, read);
        }

        body.Position = 0;
        return body;
    }

    private static HttpErrorException TooLarge(int limit) =>
        new(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {limit} bytes.");
}
