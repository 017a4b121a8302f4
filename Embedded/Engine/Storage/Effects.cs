using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Engine.Storage;

/// <summary>
/// Effects of a transaction on the running engine. The engine gets them in memory once they are durable, and does not read them back.
/// </summary>
internal sealed class Effects
{
    /// <summary>Messages put into inboxes, by instance.</summary>
    public List<(long Instance, Message Message)> Delivered { get; } = [];

    /// <summary>Instances that must run an episode.</summary>
    public List<long> Woken { get; } = [];

    /// <summary>Timers that were created.</summary>
    public List<TimerRow> Timers { get; } = [];

    /// <summary>Due times of the timers that were removed, UTC ticks.</summary>
    public List<long> TimersRemoved { get; } = [];

    /// <summary>Instances whose status changed; the status is null when the instance was deleted.</summary>
    public List<(string Id, OrchestrationRuntimeStatus? Status)> Statuses { get; } = [];

    /// <summary>Instances that were deleted.</summary>
    public List<long> Deleted { get; } = [];

    public void Clear()
    {
        Delivered.Clear();
        Woken.Clear();
        Timers.Clear();
        TimersRemoved.Clear();
        Statuses.Clear();
        Deleted.Clear();
    }
}
