namespace AccountClosure.FunctionsHost.Scenarios;

/// <summary>A group of checks that is run and reported as one.</summary>
/// <param name="Name">Name for the option <c>--only</c>.</param>
/// <param name="Rule">The rule that must hold.</param>
/// <param name="RunAsync">Runs the checks; returns what they measured, for the line of the result.</param>
internal sealed record Scenario(string Name, string Rule, Func<Bench, CancellationToken, Task<string>> RunAsync);
