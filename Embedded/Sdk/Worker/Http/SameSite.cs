namespace Microsoft.Azure.Functions.Worker.Http;

public enum SameSite
{
    /// <summary>The attribute is not written.</summary>
    None = 0,
    Lax = 1,
    Strict = 2,

    /// <summary>Written as <c>SameSite=None</c>.</summary>
    ExplicitNone = 3,
}
