namespace AccountClosure.Embedded.Engine.Scheduling;

/// <summary>Pieces of work that wait until the one thread asks for the next.</summary>
/// <param name="order">Chooses, of so many, the index of the next; null takes the oldest.</param>
internal sealed class InlineWork(Func<int, int>? order)
{
    private readonly LinkedList<Func<Task>> _waiting = new();

    public void Add(Func<Task> work) => _waiting.AddLast(work);

    public Func<Task>? Next()
    {
        if (_waiting.First is not { } chosen)
            return null;
        for (int skip = order?.Invoke(_waiting.Count) ?? 0; skip > 0; skip--)
            chosen = chosen.Next ?? throw new InvalidOperationException("The order chose work that is not there.");
        _waiting.Remove(chosen);
        return chosen.Value;
    }
}
