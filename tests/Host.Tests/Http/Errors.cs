using System.Net;
using System.Text.Json;

namespace AccountClosure.Embedded.Host.Tests.Http;

internal static class Errors
{
    /// <returns>The message in the body; empty for an answer without a body.</returns>
    public static async Task<string> ExpectAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(status, body);
        if (body.Length == 0)
            return body;
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/json");
        using var error = JsonDocument.Parse(body);
        return error.RootElement.EnumerateObject().ShouldHaveSingleItem().Value.GetString().ShouldNotBeNull();
    }

    public static async Task ExpectEmptyAsync(HttpResponseMessage response, HttpStatusCode status) =>
        (await ExpectAsync(response, status)).ShouldBeEmpty();
}
