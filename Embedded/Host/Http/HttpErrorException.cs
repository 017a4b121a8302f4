namespace AccountClosure.Embedded.Host.Http;

/// <summary>Ends a request with a status code, as the Functions host does: without a body, or with a message in one.</summary>
/// <param name="status">The status code.</param>
/// <param name="text">Message for the caller, without private data; null for an answer without a body.</param>
internal sealed class HttpErrorException(int status, string? text = null) : Exception(text ?? $"HTTP {status}")
{
    public int Status => status;

    public string? Text => text;

    /// <summary>The scheme in the header <c>WWW-Authenticate</c>; null for none.</summary>
    public string? Challenge { get; init; }
}
