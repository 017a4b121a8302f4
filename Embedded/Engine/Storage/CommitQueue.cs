namespace AccountClosure.Embedded.Engine.Storage;

/// <summary>Learns what has become durable.</summary>
internal interface ICommitObserver
{
    /// <summary>These effects are durable; nobody who awaits them has gone on yet.</summary>
    void Committed(Effects effects);

    /// <summary>All changes of the group have been told that they succeeded.</summary>
    void Settled(Effects effects);

    /// <summary>The database does not take changes any more.</summary>
    void Refused(Exception exception);
}

/// <summary>
/// Makes changes durable in the order in which they come. With a thread of its own it takes all that are waiting into one
/// transaction: while the disk is busy with one group the next one gathers, so the dearest step is shared by many.
/// </summary>
/// <param name="database">Where they go.</param>
/// <param name="observer">Told what each group means.</param>
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

    /// <summary>Every change that came has been written, and whoever waits for it has been told.</summary>
    public bool IsIdle => Volatile.Read(ref _unfinished) == 0;

    /// <summary>From now on changes are written by a thread of its own. Without it each is written by the caller, at once.</summary>
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

        // A change that comes while another is handed over waits for it, so that the order is kept.
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

    /// <summary>Writes nothing any more. What is still waiting fails, as it would in a crash.</summary>
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
            // What is taken is written: only what still waits is left to Dispose, which tells those who wait for it.
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

        // One of them is to blame; alone, each stands or falls by itself.
        foreach (Commit commit in group)
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
#pragma warning disable CA1031 // Whatever a change throws is its own failure and must not end the thread that all others need.
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
