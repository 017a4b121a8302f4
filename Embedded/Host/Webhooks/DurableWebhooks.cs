using AccountClosure.Embedded.Host.Http;
using Microsoft.AspNetCore.Http;

namespace AccountClosure.Embedded.Host.Webhooks;

/// <summary>
/// The HTTP API of Durable Functions. Checks path, method and key; <see cref="InstanceReads"/>, <see cref="InstanceCommands"/> and
/// <see cref="OrchestrationStarts"/> run the operations.
/// </summary>
internal sealed class DurableWebhooks(
    FunctionKeys keys, TaskHub hub, InstanceReads reads, InstanceCommands commands, OrchestrationStarts starts)
{
    public const string Prefix = "/runtime/webhooks/durabletask";

    /// <param name="context">The request.</param>
    /// <param name="path">Path after the prefix.</param>
    /// <exception cref="HttpErrorException">404: no operation has that path and method.</exception>
    public Task HandleAsync(HttpContext context, PathString path)
    {
        string[] parts = [.. (path.Value ?? "").Trim('/').Split('/').Select(Unescape)];
        var operation = Find(context.Request.Method.ToUpperInvariant(), parts)
            ?? throw new HttpErrorException(StatusCodes.Status404NotFound);
        keys.RequireWebhookKey(context.Request);
        hub.Require(context.Request.Query);
        return operation(context);
    }

    private Func<HttpContext, Task>? Find(string method, string[] parts) => (method, Lower(parts, 0), parts[1..], Lower(parts, 2)) switch
    {
        (_, _, var rest, _) when rest.Contains("") => null,
        ("GET", "instances", [], _) => reads.ListAsync,
        ("DELETE", "instances", [], _) => commands.PurgeManyAsync,
        ("GET", "instances", [var id], _) => context => reads.GetAsync(context, id),
        ("DELETE", "instances", [var id], _) => context => commands.PurgeAsync(context, id),
        ("POST", "instances", [var id, _], "terminate") => context => commands.TerminateAsync(context, id),
        ("POST", "instances", [var id, _], "suspend") => context => commands.SuspendAsync(context, id),
        ("POST", "instances", [var id, _], "resume") => context => commands.ResumeAsync(context, id),
        ("POST", "instances", [var id, _], "rewind") => context => commands.RewindAsync(context, id),
        ("POST", "instances", [var id, _], "restart") => context => starts.RestartAsync(context, id),
        ("POST", "instances", [var id, _, var name], "raiseevent") => context => commands.RaiseEventAsync(context, id, name),
        ("POST", "orchestrators", [var name], _) => context => starts.StartAsync(context, name, null),
        ("POST", "orchestrators", [var name, var id], _) => context => starts.StartAsync(context, name, id),
        _ => null,
    };

    private static string? Lower(string[] parts, int index) => parts.ElementAtOrDefault(index)?.ToLowerInvariant();

    // A server unescapes every character of a path except the slash.
    private static string Unescape(string part) => part.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
