using System.Diagnostics.CodeAnalysis;

namespace AccountClosure.Embedded.Engine.Scheduling;

/// <summary>
/// The instances in memory: those with work to do and the most recently used idle ones. The others wait in the database and use no memory.
/// </summary>
internal sealed class InstanceSlots(int maxIdle, TimeSpan idleTimeout)
{
    private readonly Dictionary<long, InstanceSlot> _slots = [];
    private readonly LinkedList<InstanceSlot> _idle = new();

    public InstanceSlot Get(long key)
    {
        if (!_slots.TryGetValue(key, out var slot))
            _slots.Add(key, slot = new InstanceSlot(key));
        Use(slot);
        return slot;
    }

    public bool Has(InstanceSlot slot) => _slots.TryGetValue(slot.Key, out var known) && known == slot;

    public void Remove(long key)
    {
        if (_slots.Remove(key, out var slot))
            Use(slot);
    }

    /// <summary>Marks a slot as idle: it has no work to do and can be dropped.</summary>
    public void MarkIdle(InstanceSlot slot)
    {
        slot.Idle ??= _idle.AddLast(slot);
        // Real time counts for the use of memory, not the time of the orchestrations.
        slot.IdleSince = TimeProvider.System.GetTimestamp();
        while (HasExcessIdle() && TryTakeOldest(out var oldest))
            _slots.Remove(oldest.Key);
    }

    private bool HasExcessIdle() =>
        _idle.Count > maxIdle
        || (_idle.First is { Value: var oldest } && TimeProvider.System.GetElapsedTime(oldest.IdleSince) > idleTimeout);

    private void Use(InstanceSlot slot)
    {
        if (slot.Idle is null)
            return;
        _idle.Remove(slot.Idle);
        slot.Idle = null;
    }

    private bool TryTakeOldest([NotNullWhen(true)] out InstanceSlot? oldest)
    {
        oldest = _idle.First?.Value;
        if (oldest is null)
            return false;
        Use(oldest);
        return true;
    }
}
