namespace AccountClosure.FunctionsHost.Scenarios;

/// <param name="Name">For the option <c>--only</c>.</param>
/// <param name="Rule">What must hold.</param>
/// <param name="RunAsync">Returns what was measured, for the line of the result.</param>
internal sealed record Scenario(string Name, string Rule, Func<Bench, CancellationToken, Task<string>> RunAsync);
