using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.DurableTask;

namespace AccountClosure.Engine.Tests.Conformance;

/// <summary>The orchestrators and activities that both backends run.</summary>
internal static class Workflows
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    private static readonly ConcurrentDictionary<string, int> Attempts = new();

    public static IReadOnlyDictionary<string, Func<TaskOrchestrationContext, JsonElement?, Task<object?>>> Orchestrators { get; } =
        new Dictionary<string, Func<TaskOrchestrationContext, JsonElement?, Task<object?>>>
        {
            ["Greet"] = async (context, input) => await context.CallActivityAsync<string>("Hello", input.As<string>()),
            ["GreetAll"] = async (context, _) => await Task.WhenAll(
                Enumerable.Range(0, 20).Select(number => context.CallActivityAsync<string>("Hello", $"{number}"))),
            ["CatchFailure"] = async (context, _) =>
            {
                try
                {
                    await context.CallActivityAsync("Fail", "broken");
                    return null;
                }
                catch (TaskFailedException failed)
                {
                    return $"{failed.TaskName}: {Describe(failed.FailureDetails)}";
                }
            },
            ["Fail"] = (_, _) => throw new InvalidOperationException("the orchestrator", new TimeoutException("its cause")),
            ["FailWithActivity"] = async (context, _) => await context.CallActivityAsync<string>("Fail", "broken"),
            ["Retry"] = async (context, _) => await context.CallActivityAsync<int>(
                "FailTwice", context.InstanceId, TaskOptions.FromRetryPolicy(new RetryPolicy(3, Moment))),
            ["RetryInVain"] = async (context, _) => await context.CallActivityAsync<string>(
                "Fail", "broken", TaskOptions.FromRetryPolicy(new RetryPolicy(2, Moment))),
            ["RetryByHandler"] = async (context, _) => await context.CallActivityAsync<int>(
                "FailTwice", context.InstanceId, TaskOptions.FromRetryHandler(failed => failed.LastAttemptNumber < 3)),
            ["Timers"] = async (context, _) =>
            {
                var begun = context.CurrentUtcDateTime;
                await context.CreateTimer(Moment, CancellationToken.None);
                using var stop = new CancellationTokenSource();
                var cancelled = context.CreateTimer(TimeSpan.FromDays(1), stop.Token);
                await Task.WhenAny(cancelled, context.CreateTimer(Moment, CancellationToken.None));
                stop.Cancel();
                return context.CurrentUtcDateTime - begun >= 2 * Moment && cancelled.IsCanceled;
            },
            ["Events"] = async (context, input) =>
            {
                context.SetCustomStatus("ready");
                List<int> numbers = [];
                while (numbers.Count < input.As<int>())
                    numbers.Add(await context.WaitForExternalEvent<int>("Number"));
                return numbers;
            },
            ["EventsOneByOne"] = async (context, input) =>
            {
                context.SetCustomStatus("ready");
                var numbers = input.As<List<int>>() ?? [];
                numbers.Add(await context.WaitForExternalEvent<int>("Number"));
                if (numbers.Count < 3)
                    context.ContinueAsNew(numbers);
                return numbers;
            },
            ["EventsLater"] = async (context, _) =>
            {
                context.SetCustomStatus("ready");
                await context.WaitForExternalEvent<bool>("Begin");
                return new[] { await context.WaitForExternalEvent<int>("Number"), await context.WaitForExternalEvent<int>("Number") };
            },
            ["EventOrTimeout"] = async (context, _) =>
            {
                try
                {
                    return await context.WaitForExternalEvent<string>("Never", Moment);
                }
                catch (OperationCanceledException)
                {
                    return "timeout";
                }
            },
            ["TwoWaiters"] = async (context, _) =>
            {
                var first = context.WaitForExternalEvent<int>("Number");
                var second = context.WaitForExternalEvent<int>("Number");
                context.SetCustomStatus("ready");
                return await Task.WhenAny(first, second) == second ? "the latest" : "the first";
            },
            ["Parent"] = async (context, input) => await context.CallSubOrchestratorAsync<string>("Greet", input.As<string>()),
            ["ParentOfFailure"] = async (context, _) =>
            {
                try
                {
                    await context.CallSubOrchestratorAsync("Fail");
                    return null;
                }
                catch (TaskFailedException failed)
                {
                    return $"{failed.TaskName}: {Describe(failed.FailureDetails)}";
                }
            },
            ["Child"] = (context, _) => Task.FromResult<object?>(context.Parent?.InstanceId),
            ["NamesItsParent"] = async (context, _) => await context.CallSubOrchestratorAsync<string>("Child") == context.InstanceId,
            ["SendEvent"] = async (context, input) =>
            {
                context.SendEvent(input.As<string>()!, "Number", 7);
                await context.CreateTimer(Moment, CancellationToken.None);
                return null;
            },
            ["CountDown"] = async (context, input) =>
            {
                var left = input.As<int>();
                context.SetCustomStatus($"{left} left");
                await context.CreateTimer(Moment / 10, CancellationToken.None);
                if (left > 0)
                    context.ContinueAsNew(left - 1);
                return left;
            },
            ["LeavesATimer"] = (context, input) =>
            {
                if (input.As<int>() == 0)
                {
                    _ = context.CreateTimer(4 * Moment, CancellationToken.None);
                    context.ContinueAsNew(1);
                    return Task.FromResult<object?>(null);
                }

                return Task.FromResult<object?>("after the timer");
            },
            ["Wait"] = async (context, _) =>
            {
                context.SetCustomStatus("ready");
                return await context.WaitForExternalEvent<string>("Go");
            },
            ["ParentOfWait"] = async (context, _) =>
            {
                context.SetCustomStatus("ready");
                return await context.CallSubOrchestratorAsync<string>(
                    "Wait", options: new SubOrchestrationOptions(instanceId: $"{context.InstanceId}-child"));
            },
            ["Version"] = (context, _) => Task.FromResult<object?>(context.Version),
            ["NewIds"] = async (context, _) =>
            {
                Guid[] ids = [context.NewGuid(), context.NewGuid()];
                await context.CreateTimer(Moment, CancellationToken.None);
                return ids.Append(context.NewGuid()).Distinct().Count();
            },
        };

    public static IReadOnlyDictionary<string, Func<string?, object?>> Activities { get; } = new Dictionary<string, Func<string?, object?>>
    {
        ["Hello"] = name => $"Hello {name ?? "nobody"}",
        ["Fail"] = message => throw new InvalidOperationException(message, new TimeoutException("its cause")),
        ["FailTwice"] = id =>
        {
            var attempt = Attempts.AddOrUpdate(id!, 1, (_, count) => count + 1);
            return attempt < 3 ? throw new TimeoutException($"attempt {attempt}") : attempt;
        },
    };

    /// <summary>An orchestrator's input, of which only the orchestrator knows the type.</summary>
    private static T? As<T>(this JsonElement? input) => input is { } json ? json.Deserialize<T>() : default;

    public static string Describe(TaskFailureDetails failure) =>
        $"{failure.ErrorType}, {failure.ErrorMessage}" + (failure.InnerFailure is { } inner ? $" < {Describe(inner)}" : "");
}
