using AccountClosure.Embedded.Host.Http;
using Microsoft.AspNetCore.Http;

namespace AccountClosure.Embedded.Host.Webhooks;

/// <summary>
/// The HTTP API of Durable Functions: paths, methods, keys. What a path does is in <see cref="InstanceReads"/>,
/// <see cref="InstanceCommands"/> and <see cref="OrchestrationStarts"/>.
/// </summary>
internal sealed class DurableWebhooks(FunctionKeys keys, InstanceReads reads, InstanceCommands commands, OrchestrationStarts starts)
{
    public const string Prefix = "/runtime/webhooks/durabletask";

    /// <param name="context">The request.</param>
    /// <param name="path">What follows the prefix.</param>
    public Task HandleAsync(HttpContext context, PathString path)
    {
        string[] parts = (path.Value ?? "").Trim('/').Split('/');
        Operation operation = Find(parts);
        if (!operation.Methods.Contains(context.Request.Method, StringComparer.OrdinalIgnoreCase))
        {
            throw new ProblemException(StatusCodes.Status405MethodNotAllowed, $"{context.Request.Method} is not allowed here.")
            {
                Allow = string.Join(", ", operation.Methods),
            };
        }

        keys.RequireWebhookKey(context.Request);
        return operation.HandleAsync(context);
    }

    private Operation Find(string[] parts) => (parts[0].ToLowerInvariant(), parts.Length) switch
    {
        ("instances", 1) => new Operation(
            context => IsDelete(context) ? commands.PurgeManyAsync(context) : reads.ListAsync(context), "GET", "HEAD", "DELETE"),
        ("instances", 2) => new Operation(
            context => IsDelete(context) ? commands.PurgeAsync(context, Id(parts)) : reads.GetAsync(context, Id(parts)), "GET", "HEAD", "DELETE"),
        ("instances", 3) => FindCommand(parts),
        ("instances", 4) when parts[2].Equals("raiseEvent", StringComparison.OrdinalIgnoreCase) => new Operation(
            context => commands.RaiseEventAsync(context, Id(parts), Segment(parts[3])), "POST"),
        ("orchestrators", 2) => new Operation(context => starts.StartAsync(context, Segment(parts[1]), null), "POST"),
        ("orchestrators", 3) => new Operation(context => starts.StartAsync(context, Segment(parts[1]), Segment(parts[2])), "POST"),
        _ => throw NotFound(),
    };

    private Operation FindCommand(string[] parts) => parts[2].ToLowerInvariant() switch
    {
        "terminate" => new Operation(context => commands.TerminateAsync(context, Id(parts)), "POST"),
        "suspend" => new Operation(context => commands.SuspendAsync(context, Id(parts)), "POST"),
        "resume" => new Operation(context => commands.ResumeAsync(context, Id(parts)), "POST"),
        "restart" => new Operation(context => starts.RestartAsync(context, Id(parts)), "POST"),
        _ => throw NotFound(),
    };

    private static bool IsDelete(HttpContext context) => HttpMethods.IsDelete(context.Request.Method);

    private static string Id(string[] parts) => Segment(parts[1]);

    // An escaped slash is the one character that a server leaves as it was sent.
    private static string Segment(string part) => part.Length > 0
        ? part.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)
        : throw NotFound();

    private static ProblemException NotFound() =>
        new(StatusCodes.Status404NotFound, "The durable webhooks have nothing at this address.");

    private sealed record Operation(Func<HttpContext, Task> HandleAsync, params string[] Methods);
}
