using System.Diagnostics.CodeAnalysis;
using Microsoft.DurableTask;

namespace AccountClosure.Embedded.Engine;

/// <summary>One call of an activity.</summary>
/// <param name="Name">Name of the activity.</param>
/// <param name="InstanceId">Id of the calling instance.</param>
/// <param name="TaskId">Id of the call in the instance's history.</param>
/// <param name="Input">Input, serialized by the data converter.</param>
/// <param name="Cancellation">Cancelled when the engine stops. The interrupted activity runs again after the next start.</param>
public sealed record ActivityCall(string Name, string InstanceId, int TaskId, string? Input, CancellationToken Cancellation);

/// <summary>Orchestrators and activities by name. Names are case-insensitive.</summary>
public sealed class FunctionCatalog
{
    private readonly Dictionary<string, Func<TaskOrchestrationContext, Task<object?>>> _orchestrators =
        new(StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, Func<ActivityCall, Task<object?>>> _activities = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="ArgumentException">The catalog has an orchestrator with that name.</exception>
    public void AddOrchestrator(string name, Func<TaskOrchestrationContext, Task<object?>> run) => _orchestrators.Add(name, run);

    /// <exception cref="ArgumentException">The catalog has an activity with that name.</exception>
    public void AddActivity(string name, Func<ActivityCall, Task<object?>> run) => _activities.Add(name, run);

    public bool HasOrchestrator(string name) => _orchestrators.ContainsKey(name);

    internal bool TryGetOrchestrator(string name, [NotNullWhen(true)] out Func<TaskOrchestrationContext, Task<object?>>? run) =>
        _orchestrators.TryGetValue(name, out run);

    internal bool TryGetActivity(string name, [NotNullWhen(true)] out Func<ActivityCall, Task<object?>>? run) =>
        _activities.TryGetValue(name, out run);
}
