namespace AccountClosure.Benchmarks;

/// <summary>Something to measure.</summary>
/// <param name="Name">Selects it on the command line.</param>
/// <param name="What">A row of the table.</param>
/// <param name="Aim">What we want to see.</param>
/// <param name="MeasureAsync">
/// Measures once. It runs in a process of its own, so that memory and warm code of one do not show in another, in an empty folder
/// that is deleted afterwards.
/// </param>
internal sealed record Benchmark(string Name, string What, string Aim, Func<string, Task<string>> MeasureAsync);
