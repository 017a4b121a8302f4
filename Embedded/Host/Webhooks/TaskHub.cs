using AccountClosure.Embedded.Host.Http;
using Microsoft.AspNetCore.Http;

namespace AccountClosure.Embedded.Host.Webhooks;

/// <summary>Checks that a request names the host's task hub and connection, or none.</summary>
/// <param name="name">Name of the task hub, as in <c>host.json</c>.</param>
internal sealed class TaskHub(string name)
{
    private const string Connection = "Storage";

    /// <summary>Query that names both, for the links of the webhooks.</summary>
    public string Query => $"taskHub={name}&connection={Connection}";

    /// <exception cref="HttpErrorException">404 for another task hub, 400 for another connection.</exception>
    public void Require(IQueryCollection query)
    {
        if (IsAnother(query, "taskHub", name))
            throw new HttpErrorException(StatusCodes.Status404NotFound);
        if (IsAnother(query, "connection", Connection))
            throw new HttpErrorException(StatusCodes.Status400BadRequest, $"The query parameter 'connection' must be '{Connection}'.");
    }

    private static bool IsAnother(IQueryCollection query, string parameter, string own) =>
        new QueryParameters(query).Text(parameter) is { } asked && !asked.Equals(own, StringComparison.OrdinalIgnoreCase);
}
