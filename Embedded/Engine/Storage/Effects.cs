using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Engine.Storage;

/// <summary>
/// What a transaction means for the running engine, handed over in memory once it is durable so that nothing is read back.
/// </summary>
internal sealed class Effects
{
    /// <summary>Messages put into inboxes, by instance.</summary>
    public List<(long Instance, Message Message)> Delivered { get; } = [];

    /// <summary>Instances that have an episode to take.</summary>
    public List<long> Woken { get; } = [];

    /// <summary>Timers that were created.</summary>
    public List<TimerRow> Timers { get; } = [];

    /// <summary>When the timers were due that were removed.</summary>
    public List<long> TimersRemoved { get; } = [];

    /// <summary>Instances whose status changed; null: the instance is gone.</summary>
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
