namespace AccountClosure.Embedded.Engine.Scheduling;

/// <summary>Queue of work for the single thread of the inline mode.</summary>
/// <param name="order">Takes the number of pieces that wait and returns the index of the next one; null takes the oldest.</param>
internal sealed class InlineWork(Func<int, int>? order)
{
    private readonly LinkedList<Func<Task>> _waiting = new();

    public void Add(Func<Task> work) => _waiting.AddLast(work);

    public Func<Task>? Next()
    {
        if (_waiting.First is not { } chosen)
            return null;
        for (var skip = order?.Invoke(_waiting.Count) ?? 0; skip > 0; skip--)
            chosen = chosen.Next ?? throw new InvalidOperationException("The order returned an index outside the queue.");
        _waiting.Remove(chosen);
        return chosen.Value;
    }
}
