using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AccountClosure.Embedded.Host.Tests.App;

public static class FamilyFunctions
{
    [Function(nameof(Parent))]
    public static Task Parent([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallSubOrchestratorAsync(nameof(Child), null, new SubOrchestrationOptions(instanceId: "c1"));

    [Function(nameof(Child))]
    public static Task Child([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
}
