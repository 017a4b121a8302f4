using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Net.Http.Headers;

namespace AccountClosure.Embedded.Host.Http;

/// <summary>The cookies that a response sets, as <c>Set-Cookie</c> headers.</summary>
internal sealed class ResponseCookies : HttpCookies
{
    private readonly List<string> _headers = [];

    public IReadOnlyList<string> Headers => _headers;

    public override void Append(string name, string value) => Append(new HttpCookie(name, value));

    public override void Append(IHttpCookie cookie)
    {
        ArgumentNullException.ThrowIfNull(cookie);
        var header = new SetCookieHeaderValue(cookie.Name, cookie.Value)
        {
            Domain = cookie.Domain,
            Expires = cookie.Expires,
            HttpOnly = cookie.HttpOnly ?? false,
            MaxAge = cookie.MaxAge is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Path = cookie.Path,
            Secure = cookie.Secure ?? false,
            SameSite = cookie.SameSite switch
            {
                SameSite.Lax => SameSiteMode.Lax,
                SameSite.Strict => SameSiteMode.Strict,
                SameSite.ExplicitNone => SameSiteMode.None,
                _ => SameSiteMode.Unspecified,
            },
        };
        _headers.Add(header.ToString());
    }

    public override IHttpCookie CreateNew() => new HttpCookie("", "");
}
