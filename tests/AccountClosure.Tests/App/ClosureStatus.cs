using System.Text.Json;
using System.Text.Json.Serialization;
using AccountClosure.Closure;

namespace AccountClosure.Tests.App;

/// <summary>What the durable status URL answers about a closure.</summary>
/// <param name="CustomStatus">Null before the first step.</param>
/// <param name="RawOutput">The closure's result, or a text if the instance was stopped from outside; null while it runs.</param>
public sealed record ClosureStatus(
    string RuntimeStatus, ClosureProgress? CustomStatus, [property: JsonPropertyName("output")] JsonElement? RawOutput)
{
    [JsonIgnore]
    public bool HasEnded => RuntimeStatus is "Completed" or "Failed" or "Terminated" or "Canceled";

    [JsonIgnore]
    public bool IsClosed => Output?.Outcome == ClosurePhase.Completed;

    [JsonIgnore]
    public ClosureResult? Output =>
        RawOutput is { ValueKind: JsonValueKind.Object } output ? output.Deserialize<ClosureResult>(ClosureJson.Options) : null;
}
