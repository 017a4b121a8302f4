namespace AccountClosure.Embedded.Engine.Storage;

/// <summary>Observes what becomes durable.</summary>
internal interface ICommitObserver
{
    /// <summary>Called when the effects are durable, before the callers that await them continue.</summary>
    void Committed(Effects effects);

    /// <summary>Called after all changes of the group have succeeded.</summary>
    void Settled(Effects effects);

    /// <summary>Called when the database no longer accepts changes.</summary>
    void Refused(Exception exception);
}

/// <summary>
/// Makes changes durable in order of arrival. With its own thread, it writes all waiting changes in one transaction: while the disk writes
/// one group, the next group collects, so that many changes share the most expensive step.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="observer">Gets the effects of each group.</param>
internal sealed class CommitQueue(Database database, ICommitObserver observer) : IDisposable
{
    private const int LargestGroup = 1024;

    private readonly Lock _gate = new();
    private readonly AutoResetEvent _arrived = new(false);
    private List<Commit> _waiting = [];
    private Thread? _thread;
    private bool _closed;
    private int _unfinished;

    public long Transactions { get; private set; }

    /// <summary>Whether every change is written and its caller is notified.</summary>
    public bool IsIdle => Volatile.Read(ref _unfinished) == 0;

    /// <summary>Starts a thread that writes the changes. Without it, the caller writes each change at once.</summary>
    public void StartThread()
    {
        _thread = new Thread(WriteGroups) { IsBackground = true, Name = "durable-commits" };
        _thread.Start();
    }

    public void Enqueue(Commit commit)
    {
        bool first;
        lock (_gate)
        {
            if (_closed)
            {
                commit.Failed(new ObjectDisposedException(nameof(DurableEngine)));
                return;
            }

            first = _waiting.Count == 0;
            _waiting.Add(commit);
            _unfinished++;
            if (first && _thread is not null)
                _arrived.Set();
            if (!first || _thread is not null)
                return;
        }

        // A change that arrives while another one is written waits for it, to keep the order.
        while (Next() is { } next)
        {
            WriteGroup([next]);
            lock (_gate)
            {
                _waiting.RemoveAt(0);
                _unfinished--;
            }
        }
    }

    /// <summary>Stops writing. The changes that still wait fail, as in a crash.</summary>
    public void Dispose()
    {
        lock (_gate)
            _closed = true;
        _arrived.Set();
        if (_thread is not null && _thread != Thread.CurrentThread)
            _thread.Join();
        foreach (var commit in TakeAll())
            commit.Failed(new ObjectDisposedException(nameof(DurableEngine)));
        _arrived.Dispose();
    }

    private Commit? Next()
    {
        lock (_gate)
            return _waiting.Count == 0 || _closed ? null : _waiting[0];
    }

    private List<Commit> TakeAll()
    {
        lock (_gate)
        {
            var taken = _waiting;
            _waiting = [];
            return taken;
        }
    }

    private void WriteGroups()
    {
        while (!Volatile.Read(ref _closed))
        {
            _arrived.WaitOne();
            // The thread writes every change that it takes. Dispose fails the changes that still wait.
            while (!Volatile.Read(ref _closed) && TakeAll() is { Count: > 0 } group)
            {
                foreach (var part in group.Chunk(LargestGroup))
                {
                    WriteGroup(part);
                    lock (_gate)
                        _unfinished -= part.Length;
                }
            }
        }
    }

    private void WriteGroup(IReadOnlyList<Commit> group)
    {
        if (TryWrite(group) is not { } refusal)
            return;
        if (group.Count == 1)
        {
            group[0].Failed(refusal);
            if (refusal is EngineStorageException)
                observer.Refused(refusal);
            return;
        }

        // One change has made the group fail. Written one by one, the others succeed.
        foreach (var commit in group)
            WriteGroup([commit]);
    }

    private Exception? TryWrite(IReadOnlyList<Commit> group)
    {
        lock (database.WriteGate)
        {
            var writer = database.Writer;
            try
            {
                database.Begin();
                foreach (var commit in group)
                    commit.Apply(writer);
                database.Commit();
            }
#pragma warning disable CA1031 // An exception fails only its change. It must not end the thread that writes all others.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                database.Rollback();
                writer.Forget();
                return exception;
            }

            Transactions++;
        }

        observer.Committed(database.Writer.Effects);
        foreach (var commit in group)
            commit.Succeeded();
        observer.Settled(database.Writer.Effects);
        database.Writer.Effects.Clear();
        return null;
    }
}
