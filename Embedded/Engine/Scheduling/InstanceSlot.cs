using AccountClosure.Embedded.Engine.Episodes;
using AccountClosure.Embedded.Engine.Storage;

namespace AccountClosure.Embedded.Engine.Scheduling;

/// <summary>
/// An instance that has something to do, or whose history is still in memory. All fields belong to the dispatcher's gate, except
/// <see cref="State"/>, which belongs to the episode while one is running.
/// </summary>
internal sealed class InstanceSlot(long key)
{
    public long Key => key;

    /// <summary>Messages for the next episode, in the order of their arrival.</summary>
    public List<Message> Mailbox { get; set; } = [];

    /// <summary>The latest message that was taken or read from the inbox: what comes with a lower key is known already.</summary>
    public long LastMessageKey { get; set; }

    /// <summary>Whether an episode is to run even without a message.</summary>
    public bool IsWoken { get; set; }

    public bool IsQueued { get; set; }

    /// <summary>From the beginning of an episode until it is durable.</summary>
    public bool IsInEpisode { get; set; }

    /// <summary>Activities that were handed out and whose results no episode has taken yet: they must not be handed out again.</summary>
    public HashSet<int> ActivitiesInFlight { get; } = [];

    /// <summary>Null when it has to be read.</summary>
    public InstanceState? State { get; set; }

    /// <summary>Its place among the idle ones, least recently used first.</summary>
    public LinkedListNode<InstanceSlot>? Idle { get; set; }

    /// <summary>Since when it has been idle, as a timestamp of the system.</summary>
    public long IdleSince { get; set; }

    public bool HasNothingToDo => !IsQueued && !IsInEpisode && !IsWoken && Mailbox.Count == 0 && ActivitiesInFlight.Count == 0;
}
