namespace Microsoft.DurableTask;

/// <summary>The version of an orchestration; empty when it has none.</summary>
public readonly struct TaskVersion
{
    private readonly string? _version;

    public TaskVersion(string? version) => _version = version;

    public string Version => _version ?? string.Empty;

    public static implicit operator string(TaskVersion value) => value.Version;

    public static implicit operator TaskVersion(string? value) => new(value);

    public override bool Equals(object? obj) =>
        obj is TaskVersion other && string.Equals(Version, other.Version, StringComparison.OrdinalIgnoreCase);

    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Version);
}
