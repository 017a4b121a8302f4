using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Host.Tests.App;

public sealed record Order(string Item, int Count);

public sealed class DurableFunctions(VisitLog log)
{
    [Function(nameof(Greet))]
    public static async Task<string> Greet([OrchestrationTrigger] TaskOrchestrationContext context, string name)
    {
        context.SetCustomStatus(new { Step = "greeting" });
        return await context.CallActivityAsync<string>(nameof(SayHello), name);
    }

    [Function(nameof(SayHello))]
    public string SayHello([ActivityTrigger] string name)
    {
        log.Lines.Add($"hello {name}");
        return $"Hello {name}!";
    }

    [Function(nameof(Wait))]
    public static async Task<Order> Wait([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.CreateTimer(TimeSpan.FromSeconds(30), CancellationToken.None);
        return await context.WaitForExternalEvent<Order>("Go");
    }

    [Function(nameof(Fail))]
    public static async Task Fail([OrchestrationTrigger] TaskOrchestrationContext context) =>
#pragma warning disable DURABLE2001 // The analyzer takes the activity's context for its input.
        await context.CallActivityAsync(nameof(Break));
#pragma warning restore DURABLE2001

    [Function(nameof(Break))]
    public static void Break([ActivityTrigger] TaskActivityContext activity) =>
        throw new InvalidOperationException($"{activity.Name} is broken");

    [Function(nameof(Describe))]
    public static string Describe([ActivityTrigger] TaskActivityContext activity, Order order, FunctionContext context) =>
        $"{activity.InstanceId} {order.Item} {order.Count} {context.FunctionDefinition.Name}";

    [Function(nameof(Ship))]
    public static Task<string> Ship([OrchestrationTrigger] TaskOrchestrationContext context) =>
#pragma warning disable DURABLE2001 // The analyzer takes the activity's context for its input.
        context.CallActivityAsync<string>(nameof(Describe), context.GetInput<Order>());
#pragma warning restore DURABLE2001

    [Function(nameof(Start))]
    public static async Task<HttpResponseData> Start(
        [HttpTrigger("post", Route = "start/{orchestrator}/{id}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string orchestrator,
        string id)
    {
        await client.ScheduleNewOrchestrationInstanceAsync(
            orchestrator, await request.ReadAsStringAsync(), new StartOrchestrationOptions(id));
        return await client.CreateCheckStatusResponseAsync(request, id, HttpStatusCode.Accepted);
    }
}
