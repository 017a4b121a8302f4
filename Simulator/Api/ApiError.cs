namespace AccountClosure.Simulator.Api;

/// <summary>The errors of the API: a code that begins with the HTTP status, and a message.</summary>
internal static class ApiError
{
    public static readonly ApiAnswer Unauthorized = From(401, 40110000, "request is not authorized");
    public static readonly ApiAnswer TooManyRequests = From(429, 42910000, "rate limit exceeded");
    public static readonly ApiAnswer NoSuchRoute = From(404, 40410000, "endpoint not found");
    public static readonly ApiAnswer NoSuchMethod = From(405, 40510000, "method not allowed");
    public static readonly ApiAnswer NoSuchAccount = From(404, 40410000, "account not found");

    public static ApiAnswer Malformed(string message) => From(400, 40010001, message);

    public static ApiAnswer Forbidden(string message) => From(403, 40310000, message);

    public static ApiAnswer NotFound(string message) => From(404, 40410000, message);

    public static ApiAnswer Unprocessable(string message) => From(422, 42210000, message);

    public static ApiAnswer From(int status, int code, string message) => Json.Answer(status, (code, message), static (json, error) =>
    {
        json.WriteStartObject();
        json.WriteNumber("code", error.code);
        json.WriteString("message", error.message);
        json.WriteEndObject();
    });

    /// <summary>The error of a fault, which has the code that goes with its status.</summary>
    public static ApiAnswer Fault(int status) => From(status, status * 100_000 + 10_000, status switch
    {
        429 => "rate limit exceeded",
        >= 500 => "internal server error occurred",
        _ => "request refused",
    });
}
