using System.Text.Json;
using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>Waits between two steps until the next one is due, or until somebody cancels or decides.</summary>
internal static class SafePoint
{
    public static async Task<ClosureState> WaitAsync(TaskOrchestrationContext context, ClosureState state)
    {
        using var timer = new CancellationTokenSource();
        // Nullable: an event may have no payload.
        Task<JsonElement?> cancel = context.WaitForExternalEvent<JsonElement?>(nameof(Cancel));
        Task<JsonElement?> resolve = context.WaitForExternalEvent<JsonElement?>(nameof(Resolve));
        Task due = state.Wait is { Until: var at } && at > context.Now()
            ? context.CreateTimer(at.UtcDateTime, timer.Token)
            : Task.CompletedTask;

        await Task.WhenAny(cancel, resolve, due);
        timer.Cancel();

        if (resolve.IsCompleted)
        {
            state = Read<Resolve>(await resolve) is { Actor: not null, Reason: not null } decision
                ? state.Decided(decision)
                : Unreadable(state, nameof(Resolve));
        }
        if (cancel.IsCompleted)
        {
            state = Read<Cancel>(await cancel) is { Actor: not null, Reason: not null } request
                ? state.CancelRequested(request)
                : Unreadable(state, nameof(Cancel));
        }
        return state;
    }

    // Anybody who may raise events can send this one: a payload of another shape must not fail the closure.
    private static T? Read<T>(JsonElement? payload)
        where T : class
    {
        try
        {
            return payload is { ValueKind: JsonValueKind.Object } given ? given.Deserialize<T>(ClosureJson.Options) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ClosureState Unreadable(ClosureState state, string eventName) =>
        state with { LastError = $"An event {eventName} was ignored: its content is not valid." };
}
