namespace AccountClosure.Embedded.Host.Functions;

/// <summary>A function that the host serves, as the Functions host lists it.</summary>
/// <param name="Name">Name of the function.</param>
/// <param name="Trigger">
/// Type of its trigger: <c>httpTrigger</c>, <c>timerTrigger</c>, <c>orchestrationTrigger</c> or <c>activityTrigger</c>.
/// </param>
/// <param name="Route">Route of an HTTP function, relative to <c>/api/</c>; otherwise null.</param>
/// <param name="Methods">Methods of an HTTP function, upper case, with commas between; empty for all.</param>
/// <param name="Level">Level of an HTTP function: <c>Anonymous</c> or <c>Function</c>.</param>
/// <param name="Schedule">Schedule of a timer function, as in its attribute; otherwise null.</param>
public sealed record ServedFunction(
    string Name, string Trigger, string? Route = null, string? Methods = null, string? Level = null, string? Schedule = null);
