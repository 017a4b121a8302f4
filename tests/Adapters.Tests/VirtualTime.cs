using AccountClosure.Embedded.Engine.Time;

namespace AccountClosure.Adapters.Tests;

/// <summary>Runs asynchronous code on one thread, moving the clock whenever nothing else can run.</summary>
internal static class VirtualTime
{
    public static readonly DateTimeOffset Start = new(2025, 3, 14, 14, 0, 0, TimeSpan.Zero);

    public static T Run<T>(VirtualTimeProvider clock, Func<Task<T>> work)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var task = work();
            while (!task.IsCompleted)
            {
                if (!clock.JumpToNextTimer())
                    throw new InvalidOperationException("The work waits for something that is not on the clock.");
            }

            return task.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    public static void Run(VirtualTimeProvider clock, Func<Task> work) => Run(clock, async () =>
    {
        await work();
        return true;
    });
}
