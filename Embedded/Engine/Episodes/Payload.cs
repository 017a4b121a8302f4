using Microsoft.DurableTask;

namespace AccountClosure.Embedded.Engine.Episodes;

/// <summary>An orchestrator's input as its history has it: of what type it is, only the orchestrator's code knows.</summary>
internal sealed record Payload(string? Text);

/// <summary>The app's converter, which leaves an orchestrator's input as it is.</summary>
internal sealed class PayloadConverter(DataConverter inner) : DataConverter
{
    public override string? Serialize(object? value) => inner.Serialize(value);

    public override object? Deserialize(string? data, Type targetType) =>
        targetType == typeof(Payload) ? new Payload(data) : inner.Deserialize(data, targetType);
}
