using Microsoft.DurableTask;

namespace AccountClosure.Embedded.Engine.Episodes;

/// <summary>The serialized input of an orchestrator. Only the orchestrator's code knows its type.</summary>
internal sealed record Payload(string? Text);

/// <summary>Wraps the app's converter, and leaves an orchestrator's input serialized.</summary>
internal sealed class PayloadConverter(DataConverter inner) : DataConverter
{
    public override string? Serialize(object? value) => inner.Serialize(value);

    public override object? Deserialize(string? data, Type targetType) =>
        targetType == typeof(Payload) ? new Payload(data) : inner.Deserialize(data, targetType);
}
