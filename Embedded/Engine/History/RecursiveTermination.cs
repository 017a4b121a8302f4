using DurableTask.Core.History;

namespace AccountClosure.Embedded.Engine;

/// <summary>A termination that ends the sub-orchestrations too. Durable Task has no event of its own for it.</summary>
public sealed class RecursiveTermination(int eventId, string? input) : ExecutionTerminatedEvent(eventId, input);
