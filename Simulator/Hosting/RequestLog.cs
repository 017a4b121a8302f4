namespace AccountClosure.Simulator.Hosting;

/// <summary>The latest requests that were served, for checkers. Callers hold the broker's lock.</summary>
internal sealed class RequestLog(int capacity)
{
    private readonly Queue<ServedRequest> requests = new();

    public void Add(ServedRequest request)
    {
        if (requests.Count == capacity)
            requests.Dequeue();
        requests.Enqueue(request);
    }

    public IReadOnlyList<ServedRequest> ToList() => [.. requests];
}
