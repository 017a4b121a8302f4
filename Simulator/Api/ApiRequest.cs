using Microsoft.AspNetCore.Http;

namespace AccountClosure.Simulator.Api;

/// <summary>A request for a route of the Broker API.</summary>
/// <param name="Template">The template of the route, or the path if there is no route.</param>
/// <param name="AccountId">Null on a route without an account.</param>
/// <param name="Item">The order, position or transfer that the path names, or empty.</param>
/// <param name="Query">With the leading question mark, or empty.</param>
internal sealed record ApiRequest(string Method, string Template, string? AccountId, string Item, string Query, ReadOnlyMemory<byte> Body)
{
    private const string Account = "account_id";

    public static async Task<ApiRequest> From(HttpRequest request, Route? route) => new(
        request.Method,
        route?.Template ?? request.Path.Value ?? "/",
        route is null ? null : (string?)request.RouteValues[Account],
        request.RouteValues.FirstOrDefault(value => value.Key != Account).Value as string ?? "",
        request.QueryString.Value ?? "",
        await ReadBody(request));

    public static async Task<ReadOnlyMemory<byte>> ReadBody(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        return body.ToArray();
    }
}

/// <summary>A request of which the client heard nothing, carried out when it is due.</summary>
internal sealed record LateRequest(ApiRequest Request, DateTimeOffset Due);
