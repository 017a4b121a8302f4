using System.Globalization;
using System.Text;
using AccountClosure.Embedded.Engine;
using AccountClosure.Embedded.Engine.Time;
using Microsoft.DurableTask.Client;

namespace AccountClosure.TestKit;

/// <summary>
/// Drives an inline engine in virtual time: whatever is ready runs on this thread; when nothing is, the clock jumps to the next
/// timer. Waiting for what can never happen is an error that lists the instances.
/// </summary>
public sealed class VirtualRun(DurableEngine engine, VirtualTimeProvider clock)
{
    // Longer than any closure takes. Without a limit, a recurring schedule would keep a run from ending.
    private static readonly TimeSpan LongestRun = TimeSpan.FromDays(400);

    private const int InstancesShown = 20;

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Runs until the condition holds, which is evaluated before each step.</summary>
    /// <exception cref="InvalidOperationException">
    /// The condition cannot come true, or did not within <paramref name="atMost"/> (400 days unless given).
    /// </exception>
    public void RunUntil(Func<bool> condition, TimeSpan? atMost = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        DateTimeOffset limit = Now + (atMost ?? LongestRun);
        while (!condition())
        {
            if (!Step(limit))
                throw Stuck(limit);
        }
    }

    /// <summary>Runs until the task is complete, and returns its result.</summary>
    /// <inheritdoc cref="RunUntil" path="/exception"/>
    public T Await<T>(Task<T> task, TimeSpan? atMost = null)
    {
        Await((Task)task, atMost);
        return task.GetAwaiter().GetResult();
    }

    /// <summary>Runs until the task is complete.</summary>
    /// <inheritdoc cref="RunUntil" path="/exception"/>
    public void Await(Task task, TimeSpan? atMost = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        RunUntil(() => task.IsCompleted, atMost);
        task.GetAwaiter().GetResult();
    }

    /// <summary>Runs everything that is due until that time, and moves the clock to it.</summary>
    public void AdvanceTo(DateTimeOffset time)
    {
        RunUntilIdle(time - Now);
        clock.AdvanceTo(time);
    }

    public void AdvanceBy(TimeSpan duration) => AdvanceTo(Now + duration);

    /// <summary>Runs everything that is due now.</summary>
    public void RunReady() => AdvanceTo(Now);

    /// <summary>Runs until no work and no timer is left, or that much time has passed.</summary>
    /// <param name="atMost">Ends the run of an app with timer functions, which always have another timer; 400 days unless given.</param>
    public void RunUntilIdle(TimeSpan? atMost = null)
    {
        DateTimeOffset limit = Now + (atMost ?? LongestRun);
        while (Step(limit))
        {
        }
    }

    private bool Step(DateTimeOffset limit)
    {
        // With the context of a test framework, continuations would not run on this thread.
        using (NoSynchronizationContext.Enter())
            return engine.RunNext() || clock.JumpToNextTimer(limit);
    }

    private InvalidOperationException Stuck(DateTimeOffset limit)
    {
        var text = new StringBuilder();
        text.AppendLine(clock.NextTimer is { } next
            ? $"It has not happened by {limit:u}; the next timer would be at {next:u}."
            : $"It can never happen: at {Now:u} nothing is ready and no timer is left.");
        // An inline engine answers at once, so this does not block.
        List<OrchestrationMetadata> instances = [.. engine.Client
            .GetAllInstancesAsync(new OrchestrationQuery(FetchInputsAndOutputs: true)).ToBlockingEnumerable().Take(InstancesShown)];
        foreach (OrchestrationMetadata instance in instances)
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"  {instance.InstanceId} ({instance.Name}) {instance.RuntimeStatus}, since {instance.LastUpdatedAt:u}, custom status "
                    + $"{instance.SerializedCustomStatus ?? "none"}");
        text.Append(instances.Count == 0 ? "  There are no instances." : "");
        return new InvalidOperationException(text.ToString());
    }
}
