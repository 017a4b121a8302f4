namespace AccountClosure.Benchmarks;

/// <summary>A benchmark.</summary>
/// <param name="Name">Name on the command line.</param>
/// <param name="What">Description in the table.</param>
/// <param name="Aim">Target value; empty for none.</param>
/// <param name="MeasureAsync">
/// Measures once, in a process of its own, so that the memory and compiled code of one benchmark do not affect another. Gets an empty
/// folder, which is deleted afterwards, and returns the value for the table.
/// </param>
internal sealed record Benchmark(string Name, string What, string Aim, Func<string, Task<string>> MeasureAsync);
