namespace AccountClosure.Simulator.Api;

/// <summary>A request as both doors hand it in.</summary>
/// <param name="Path">Decoded, without the query.</param>
/// <param name="Query">With the leading question mark, or empty.</param>
/// <param name="Authorization">The header, if there is one.</param>
internal sealed record ApiRequest(string Method, string Path, string Query, string? Authorization, ReadOnlyMemory<byte> Body);

/// <summary>A request of which the client heard nothing, carried out when it is due.</summary>
internal sealed record LateRequest(string Method, string Path, string Query, ReadOnlyMemory<byte> Body, DateTimeOffset Due);

/// <param name="Body">JSON, or empty.</param>
internal sealed record ApiAnswer(int Status, byte[] Body, string ContentType = ApiAnswer.Json)
{
    public const string Json = "application/json";
    public const string Problem = "application/problem+json";

    public static readonly ApiAnswer NoContent = new(204, []);

    /// <summary>Only on answers of the Broker API, not of the controls.</summary>
    public RateLimitState? RateLimit { get; init; }
}

/// <param name="Reset">When the window ends, in unix seconds.</param>
internal sealed record RateLimitState(int Limit, int Remaining, long Reset);

/// <summary>The connection ends without an answer.</summary>
internal sealed class ConnectionDroppedException() : Exception("The broker dropped the connection.");
