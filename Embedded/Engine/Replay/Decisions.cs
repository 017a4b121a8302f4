namespace AccountClosure.Embedded.Engine.Replay;

/// <summary>
/// What the orchestrator has decided and no history confirms yet. On replay each must turn out to be what the history has at
/// that place; in a new turn they become the turn's end.
/// </summary>
internal sealed class Decisions(string orchestrator)
{
    private readonly Queue<DecisionEvent> _unconfirmed = new();

    public int NextId { get; private set; }

    public void Add(DecisionEvent decision)
    {
        NextId = decision.Id + 1;
        _unconfirmed.Enqueue(decision);
    }

    /// <exception cref="NonDeterminismException">The code decided otherwise.</exception>
    public void Confirm(DecisionEvent recorded)
    {
        if (!_unconfirmed.TryDequeue(out DecisionEvent? decided))
            throw NonDeterminismException.Of(orchestrator, Describe(recorded), "no such decision");
        if (!IsSame(recorded, decided))
            throw NonDeterminismException.Of(orchestrator, Describe(recorded), Describe(decided));
    }

    /// <exception cref="NonDeterminismException">The code decided more than the history has.</exception>
    public void ConfirmNoMore()
    {
        if (_unconfirmed.TryPeek(out DecisionEvent? decided))
            throw NonDeterminismException.Of(orchestrator, "no further decision in that turn", Describe(decided));
    }

    public List<DecisionEvent> TakeAll()
    {
        List<DecisionEvent> all = [.. _unconfirmed];
        _unconfirmed.Clear();
        return all;
    }

    // Inputs and times may differ: they come from the history or from constants, and a changed constant does no harm.
    private static bool IsSame(DecisionEvent recorded, DecisionEvent decided) => recorded.Id == decided.Id && (recorded, decided) switch
    {
        (TaskScheduled one, TaskScheduled other) => IsSame(one.Name, other.Name),
        (TimerCreated, TimerCreated) => true,
        (SubOrchestrationCreated one, SubOrchestrationCreated other) =>
            IsSame(one.Name, other.Name) && string.Equals(one.InstanceId, other.InstanceId, StringComparison.Ordinal),
        (EventSent one, EventSent other) =>
            IsSame(one.Name, other.Name) && string.Equals(one.InstanceId, other.InstanceId, StringComparison.Ordinal),
        _ => false,
    };

    private static bool IsSame(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static string Describe(DecisionEvent decision) => $"decision {decision.Id}, " + decision switch
    {
        TaskScheduled activity => $"the activity '{activity.Name}'",
        TimerCreated => "a timer",
        SubOrchestrationCreated created => $"the sub-orchestration '{created.Name}' with instance id '{created.InstanceId}'",
        EventSent sent => $"the event '{sent.Name}' to instance '{sent.InstanceId}'",
        _ => decision.GetType().Name,
    };
}
