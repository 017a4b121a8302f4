using System.Reflection;

namespace AccountClosure.Simulation.World;

/// <summary>Waits that end on the thread that moves the clock.</summary>
internal static class Wait
{
    /// <summary>A wait that never ends, for a dead process.</summary>
    public static Task Forever() => new TaskCompletionSource().Task;

    /// <summary>The same as a result of a type: <see cref="Task"/> or <see cref="Task{TResult}"/>.</summary>
    public static Task Forever(Type answer) => answer == typeof(Task)
        ? Forever()
        : (Task)typeof(Wait).GetMethod(nameof(ForeverOf), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(
            answer.GetGenericArguments()).Invoke(null, null)!;

    private static Task<T> ForeverOf<T>() => new TaskCompletionSource<T>().Task;

    public static async Task For(TimeProvider clock, TimeSpan duration)
    {
        if (duration <= TimeSpan.Zero)
            return;
        TaskCompletionSource end = new();
        await using ITimer timer = clock.CreateTimer(
            static state => ((TaskCompletionSource)state!).TrySetResult(), end, duration, Timeout.InfiniteTimeSpan);
        await end.Task;
    }

    /// <summary>Waits until the task has ended or the token is cancelled, which ends only this wait.</summary>
    public static async Task Until(Task task, CancellationToken cancellation)
    {
        TaskCompletionSource end = new();
        await using CancellationTokenRegistration registration = cancellation.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), end);
        await await Task.WhenAny(task, end.Task);
    }
}
