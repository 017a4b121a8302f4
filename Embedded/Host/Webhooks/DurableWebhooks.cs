using AccountClosure.Embedded.Host.Http;
using Microsoft.AspNetCore.Http;

namespace AccountClosure.Embedded.Host.Webhooks;

/// <summary>
/// The HTTP API of Durable Functions: paths, methods, keys. What a path does is in <see cref="InstanceReads"/>,
/// <see cref="InstanceCommands"/> and <see cref="OrchestrationStarts"/>.
/// </summary>
internal sealed class DurableWebhooks(
    FunctionKeys keys, TaskHub hub, InstanceReads reads, InstanceCommands commands, OrchestrationStarts starts)
{
    public const string Prefix = "/runtime/webhooks/durabletask";

    /// <param name="context">The request.</param>
    /// <param name="path">What follows the prefix.</param>
    /// <exception cref="HttpErrorException">404: nothing takes that path with that method.</exception>
    public Task HandleAsync(HttpContext context, PathString path)
    {
        string[] parts = [.. (path.Value ?? "").Trim('/').Split('/').Select(Unescape)];
        Func<HttpContext, Task> operation = Find(context.Request.Method.ToUpperInvariant(), parts)
            ?? throw new HttpErrorException(StatusCodes.Status404NotFound);
        keys.RequireWebhookKey(context.Request);
        hub.Require(context.Request.Query);
        return operation(context);
    }

    private Func<HttpContext, Task>? Find(string method, string[] parts) => (method, parts[0].ToLowerInvariant(), parts[1..]) switch
    {
        (_, _, var rest) when rest.Contains("") => null,
        ("GET", "instances", []) => reads.ListAsync,
        ("DELETE", "instances", []) => commands.PurgeManyAsync,
        ("GET", "instances", [var id]) => context => reads.GetAsync(context, id),
        ("DELETE", "instances", [var id]) => context => commands.PurgeAsync(context, id),
        ("POST", "instances", [var id, var command]) => FindCommand(id, command),
        ("POST", "instances", [var id, var command, var name]) when command.Equals("raiseEvent", StringComparison.OrdinalIgnoreCase) =>
            context => commands.RaiseEventAsync(context, id, name),
        ("POST", "orchestrators", [var name]) => context => starts.StartAsync(context, name, null),
        ("POST", "orchestrators", [var name, var id]) => context => starts.StartAsync(context, name, id),
        _ => null,
    };

    private Func<HttpContext, Task>? FindCommand(string id, string command) => command.ToLowerInvariant() switch
    {
        "terminate" => context => commands.TerminateAsync(context, id),
        "suspend" => context => commands.SuspendAsync(context, id),
        "resume" => context => commands.ResumeAsync(context, id),
        "rewind" => context => commands.RewindAsync(context, id),
        "restart" => context => starts.RestartAsync(context, id),
        _ => null,
    };

    // An escaped slash is the one character that a server leaves as it was sent.
    private static string Unescape(string part) => part.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
