namespace AccountClosure.Embedded.Host.Http;

/// <summary>Ends a request with a problem document. The detail is for the caller: a sentence without anything private.</summary>
internal sealed class ProblemException(int status, string detail) : Exception(detail)
{
    public int Status => status;

    /// <summary>For a 405: the methods that would do.</summary>
    public string? Allow { get; init; }
}
