using AccountClosure.Closure;

namespace AccountClosure.Embedded.Local;

/// <summary>Options of the command line.</summary>
/// <param name="Once">Whether to end when the example's closure has ended. The exit code says how.</param>
/// <param name="ExampleCash">Cash of an example account without positions; null for the usual example.</param>
/// <param name="Example">Whether to close an example account.</param>
/// <param name="Speed">Simulated seconds in a second.</param>
/// <param name="Port">Port of the functions. The simulator is on the next one.</param>
/// <param name="DataFolder">Path of the data folder.</param>
/// <param name="Key">The function key; null for the one in the data folder.</param>
public sealed record LocalOptions(bool Once, Money? ExampleCash, bool Example, int Speed, int Port, string DataFolder, string? Key);
