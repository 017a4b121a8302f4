using System.Collections.ObjectModel;

namespace Microsoft.DurableTask;

/// <param name="InstanceId">Null: a new one is made.</param>
/// <param name="StartAt">Null: now.</param>
public record StartOrchestrationOptions(string? InstanceId = null, DateTimeOffset? StartAt = null)
{
    public StartOrchestrationOptions(StartOrchestrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        InstanceId = options.InstanceId;
        StartAt = options.StartAt;
        Tags = options.Tags;
        Version = options.Version;
        DedupeStatuses = options.DedupeStatuses;
    }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    public TaskVersion? Version { get; init; }

    /// <summary>Names of the runtime statuses in which an existing instance of the same id is not replaced.</summary>
    public IReadOnlyList<string>? DedupeStatuses { get; init; }
}
