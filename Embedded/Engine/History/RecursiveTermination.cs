using DurableTask.Core.History;

namespace AccountClosure.Embedded.Engine;

/// <summary>A termination that also ends the sub-orchestrations. DurableTask.Core has no event for it.</summary>
public sealed class RecursiveTermination(int eventId, string? input) : ExecutionTerminatedEvent(eventId, input);
