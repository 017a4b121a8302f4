namespace AccountClosure.Embedded.Host.Functions;

/// <summary>A function that the host serves, as the Functions host would list it.</summary>
/// <param name="Name">Of the function.</param>
/// <param name="Trigger">Type of its trigger: <c>httpTrigger</c>, <c>timerTrigger</c>, <c>orchestrationTrigger</c> or <c>activityTrigger</c>.</param>
/// <param name="Route">Of an HTTP function, below <c>/api/</c>.</param>
/// <param name="Methods">Of an HTTP function, upper case, with commas between; empty for all.</param>
/// <param name="Level">Of an HTTP function: <c>Anonymous</c> or <c>Function</c>.</param>
/// <param name="Schedule">Of a timer function, as it stands in its attribute.</param>
public sealed record ServedFunction(
    string Name, string Trigger, string? Route = null, string? Methods = null, string? Level = null, string? Schedule = null);
