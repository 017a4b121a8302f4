using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace AccountClosure.Embedded.Host.Http;

internal static class RequestUrl
{
    /// <exception cref="HttpErrorException">400: the Host header makes no URL.</exception>
    public static Uri From(HttpRequest request)
    {
        if (request.Host.HasValue && Uri.TryCreate(request.GetEncodedUrl(), UriKind.Absolute, out Uri? url))
            return url;
        throw new HttpErrorException(StatusCodes.Status400BadRequest, "The Host header is missing or not valid.");
    }
}
