using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Host.Invocation;

/// <summary>
/// The client type that the Functions worker binds: only for it do the link-making extensions of the SDK put the query that the
/// webhooks require (<c>code</c>) into the links. The type is internal; this is the one place that reaches for it.
/// </summary>
internal static class LinkingClient
{
    private const string Name = "Microsoft.Azure.Functions.Worker.FunctionsDurableTaskClient";

    /// <param name="inner">Does the work.</param>
    /// <param name="query">What every link needs, without a question mark.</param>
    /// <exception cref="MissingMethodException">The package has another client type than the one that this was written for.</exception>
    public static DurableTaskClient Create(DurableTaskClient inner, string query)
    {
        // Client, query, base address (null: that of the request), client for large payloads (none).
        object?[] arguments = [inner, query, null, null];
        return typeof(DurableClientAttribute).Assembly.GetType(Name)?.GetConstructors(BindingFlags.Public | BindingFlags.Instance) is [var constructor]
            && constructor.GetParameters().Length == arguments.Length
                ? (DurableTaskClient)constructor.Invoke(arguments)
                : throw new MissingMethodException($"{Name} has no constructor with {arguments.Length} parameters in this version of the package.");
    }
}
