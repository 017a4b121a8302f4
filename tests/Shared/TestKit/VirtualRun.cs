using System.Globalization;
using System.Text;
using AccountClosure.Embedded.Engine;
using AccountClosure.Embedded.Engine.Time;
using Microsoft.DurableTask.Client;

namespace AccountClosure.TestKit;

/// <summary>
/// Drives an inline engine in virtual time: whatever is ready runs on this thread; when nothing is, the clock jumps to the next
/// timer. Waiting for what can never happen is an error that shows what there is.
/// </summary>
public sealed class VirtualRun(DurableEngine engine, VirtualTimeProvider clock)
{
    // Long enough for any closure; a schedule that recurs for ever would otherwise never let a run end.
    private static readonly TimeSpan LongestRun = TimeSpan.FromDays(400);

    private const int InstancesShown = 20;

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Goes on until the condition holds; it is looked at after each step.</summary>
    /// <exception cref="InvalidOperationException">It cannot come true, or did not within <paramref name="atMost"/> (400 days unless given).</exception>
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

    /// <summary>Goes on until the task is complete, and gives its result.</summary>
    /// <inheritdoc cref="RunUntil" path="/exception"/>
    public T Await<T>(Task<T> task, TimeSpan? atMost = null)
    {
        Await((Task)task, atMost);
        return task.GetAwaiter().GetResult();
    }

    /// <summary>Goes on until the task is complete.</summary>
    /// <inheritdoc cref="RunUntil" path="/exception"/>
    public void Await(Task task, TimeSpan? atMost = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        RunUntil(() => task.IsCompleted, atMost);
        task.GetAwaiter().GetResult();
    }

    /// <summary>Everything due until that time happens, and it is that time.</summary>
    public void AdvanceTo(DateTimeOffset time)
    {
        RunUntilIdle(time - Now);
        clock.AdvanceTo(time);
    }

    public void AdvanceBy(TimeSpan duration) => AdvanceTo(Now + duration);

    /// <summary>Everything that can happen without the clock moving.</summary>
    public void RunReady() => AdvanceTo(Now);

    /// <summary>Goes on until nothing is left to do and no timer is left, or that much time has passed.</summary>
    /// <param name="atMost">With timer functions there is always another timer, so this is when it ends; 400 days unless given.</param>
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
        // The store answers at once: nothing waits for anybody here.
        List<OrchestrationMetadata> instances = [.. engine.Client
            .GetAllInstancesAsync(new OrchestrationQuery(FetchInputsAndOutputs: true)).ToBlockingEnumerable().Take(InstancesShown)];
        foreach (OrchestrationMetadata instance in instances)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {instance.InstanceId} ({instance.Name}) {instance.RuntimeStatus}, since {instance.LastUpdatedAt:u}, custom status {instance.SerializedCustomStatus ?? "none"}");
        text.Append(instances.Count == 0 ? "  There are no instances." : "");
        return new InvalidOperationException(text.ToString());
    }
}
