using AccountClosure.Closure;

namespace AccountClosure.Embedded.Local;

/// <summary>What the command line asks for.</summary>
/// <param name="Once">End when the example's closure has ended; the exit code says how.</param>
/// <param name="ExampleCash">The example account holds just this much cash and no positions; null for the usual example.</param>
/// <param name="Example">Whether to close an example account at all.</param>
/// <param name="Speed">Simulated seconds in a second.</param>
/// <param name="Port">The functions' port; the simulator is on the next one.</param>
/// <param name="DataFolder">Everything that is kept.</param>
/// <param name="Key">The function key; null for the one in the data folder.</param>
public sealed record LocalOptions(bool Once, Money? ExampleCash, bool Example, int Speed, int Port, string DataFolder, string? Key);
