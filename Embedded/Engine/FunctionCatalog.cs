using System.Diagnostics.CodeAnalysis;
using Microsoft.DurableTask;

namespace AccountClosure.Embedded.Engine;

/// <summary>One run of an activity.</summary>
/// <param name="Name">Of the activity.</param>
/// <param name="InstanceId">Of the calling instance.</param>
/// <param name="TaskId">Of the call in its history.</param>
/// <param name="Input">Serialized by the data converter.</param>
/// <param name="Cancellation">Cancelled when the engine stops; what is cut off by it runs again later.</param>
public sealed record ActivityCall(string Name, string InstanceId, int TaskId, string? Input, CancellationToken Cancellation);

/// <summary>The code that there is, by name. Names compare without case.</summary>
public sealed class FunctionCatalog
{
    private readonly Dictionary<string, Func<TaskOrchestrationContext, Task<object?>>> _orchestrators =
        new(StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, Func<ActivityCall, Task<object?>>> _activities = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="ArgumentException">There is one of that name.</exception>
    public void AddOrchestrator(string name, Func<TaskOrchestrationContext, Task<object?>> run) => _orchestrators.Add(name, run);

    /// <exception cref="ArgumentException">There is one of that name.</exception>
    public void AddActivity(string name, Func<ActivityCall, Task<object?>> run) => _activities.Add(name, run);

    public bool HasOrchestrator(string name) => _orchestrators.ContainsKey(name);

    internal bool TryGetOrchestrator(string name, [NotNullWhen(true)] out Func<TaskOrchestrationContext, Task<object?>>? run) =>
        _orchestrators.TryGetValue(name, out run);

    internal bool TryGetActivity(string name, [NotNullWhen(true)] out Func<ActivityCall, Task<object?>>? run) =>
        _activities.TryGetValue(name, out run);
}
