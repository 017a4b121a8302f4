namespace AccountClosure.Simulator;

/// <param name="Route">The template of the route, or the path if there is none.</param>
/// <param name="Status">What the broker would answer or did answer; null when nothing was done and nothing answered.</param>
/// <param name="At">When it was carried out, or refused.</param>
/// <param name="Fault">The fault that struck it, if any.</param>
public sealed record ServedRequest(string Method, string Route, string? AccountId, int? Status, DateTimeOffset At, FaultKind? Fault);
