using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Host.Invocation;

/// <summary>
/// Creates the client type that the Functions worker binds. The SDK's link extensions add the query that the webhooks require
/// (<c>code</c>) to the links of this type only. The type is internal, so this class uses reflection.
/// </summary>
internal static class LinkingClient
{
    private const string Name = "Microsoft.Azure.Functions.Worker.FunctionsDurableTaskClient";

    /// <param name="inner">Client that does the work.</param>
    /// <param name="query">Query of every link, without a question mark.</param>
    /// <exception cref="MissingMethodException">The client type of the package does not fit.</exception>
    public static DurableTaskClient Create(DurableTaskClient inner, string query)
    {
        // Client, query, base address (null: that of the request), client for large payloads (none).
        object?[] arguments = [inner, query, null, null];
        var type = typeof(DurableClientAttribute).Assembly.GetType(Name);
        return type?.GetConstructors(BindingFlags.Public | BindingFlags.Instance) is [var constructor]
            && constructor.GetParameters().Length == arguments.Length
                ? (DurableTaskClient)constructor.Invoke(arguments)
                : throw new MissingMethodException(
                    $"{Name} has no constructor with {arguments.Length} parameters in this version of the package.");
    }
}
