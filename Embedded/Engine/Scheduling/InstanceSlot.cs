using AccountClosure.Embedded.Engine.Episodes;
using AccountClosure.Embedded.Engine.Storage;

namespace AccountClosure.Embedded.Engine.Scheduling;

/// <summary>
/// An instance that has work to do, or whose history is in memory. The dispatcher's gate guards every member except <see cref="State"/>,
/// which belongs to the episode while one runs.
/// </summary>
internal sealed class InstanceSlot(long key)
{
    public long Key => key;

    /// <summary>Messages for the next episode, in the order of their arrival.</summary>
    public List<Message> Mailbox { get; set; } = [];

    /// <summary>Key of the latest message that an episode has loaded. A message with a key up to this one is a duplicate.</summary>
    public long LastMessageKey { get; set; }

    /// <summary>Whether an episode must run even without a message.</summary>
    public bool IsWoken { get; set; }

    public bool IsQueued { get; set; }

    /// <summary>Whether an episode has started and is not durable yet.</summary>
    public bool IsInEpisode { get; set; }

    /// <summary>Ids of started activities whose results no episode has taken yet. They must not start again.</summary>
    public HashSet<int> ActivitiesInFlight { get; } = [];

    /// <summary>State of the instance; null when it must be read from the database.</summary>
    public InstanceState? State { get; set; }

    /// <summary>Node in the list of idle slots, least recently used first; null while not idle.</summary>
    public LinkedListNode<InstanceSlot>? Idle { get; set; }

    /// <summary>Time at which the slot became idle, as a timestamp of the system clock.</summary>
    public long IdleSince { get; set; }

    public bool HasNothingToDo => !IsQueued && !IsInEpisode && !IsWoken && Mailbox.Count == 0 && ActivitiesInFlight.Count == 0;
}
