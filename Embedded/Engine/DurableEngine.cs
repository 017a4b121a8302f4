using System.Security.Cryptography;
using AccountClosure.Embedded.Engine.Client;
using AccountClosure.Embedded.Engine.Episodes;
using AccountClosure.Embedded.Engine.Scheduling;
using AccountClosure.Embedded.Engine.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Embedded.Engine;

/// <summary>
/// Runs durable orchestrations on one SQLite file, with the semantics of Durable Functions. A change that the engine has confirmed to a
/// client survives a crash at any moment, and the next engine on the same file continues the work.
/// </summary>
public sealed class DurableEngine : IAsyncDisposable
{
    private readonly EngineOptions _options;
    private readonly ILogger _logger;
    private readonly Database _database;
    private readonly CommitQueue _commits;
    private readonly Dispatcher _dispatcher;
    private readonly EpisodeRunner _episodes;
    private readonly ActivityRunner _activities;
    private readonly StatusWaiters _waiters;
    private readonly WorkPool _episodePool;
    private readonly WorkPool _activityPool;
    private readonly InlineWork _inlineWork;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<Exception> _faulted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _disposed;

    private DurableEngine(
        EngineOptions options, FunctionCatalog catalog, DataConverter converter, TimeProvider clock, ILoggerFactory loggers)
    {
        _options = options;
        _logger = loggers.CreateLogger<DurableEngine>();
        _database = Database.Open(options.DataSource, oneConnection: options.Inline, options.FlushToDisk);
        _episodePool = new WorkPool(options.MaxConcurrentOrchestrations);
        _activityPool = new WorkPool(options.MaxConcurrentActivities);
        _inlineWork = new InlineWork(options.Order);
        _waiters = new StatusWaiters(
            options.Inline ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
        _episodes = new EpisodeRunner(new OrchestratorCode(catalog, converter, loggers, options.DefaultVersion), clock, options);
        _activities = new ActivityRunner(catalog, options, converter, _logger, _stopping.Token);
        _dispatcher = new Dispatcher(
            options,
            _database,
            _episodes,
            _activities,
            _waiters,
            clock,
            options.Inline ? (_inlineWork.Add, _inlineWork.Add) : (_episodePool.Add, _activityPool.Add),
            Fault,
            _logger);
        _commits = new CommitQueue(_database, _dispatcher);
        if (!options.Inline)
            _commits.StartThread();
        var idSeed = options.Inline ? string.Empty : Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
        Client = new EngineClient(options, _database, _commits, _waiters, converter, clock, idSeed);
        Log.Opened(_logger, options.DataSource);
    }

    /// <summary>Client of the engine. It works before <see cref="Start"/>, but instances run only after it.</summary>
    public DurableTaskClient Client { get; }

    /// <summary>
    /// Completes with the reason when the engine stops because the database refused a change or an episode failed. No confirmed change is
    /// lost. End the process and start it again.
    /// </summary>
    public Task<Exception> Faulted => _faulted.Task;

    /// <summary>
    /// Whether everything waits for a timer, an event or a call from outside. A simulated clock uses it to run faster while nothing works.
    /// </summary>
    public bool IsIdle =>
        _episodePool.IsIdle && _activityPool.IsIdle && _commits.IsIdle
        // A commit may have handed work to a pool after the first check of that pool.
        && _activityPool.IsIdle && _episodePool.IsIdle;

    public EngineCounters Counters => new(_episodes.Episodes, _episodes.EventsReplayed, _activities.Begun, _commits.Transactions);

    /// <summary>Opens an engine on a database.</summary>
    /// <param name="options">Options of the engine.</param>
    /// <param name="catalog">Orchestrators and activities. It must be complete before <see cref="Start"/>.</param>
    /// <param name="converter">Serializes payloads.</param>
    /// <param name="clock">Source of all times.</param>
    /// <param name="loggers">Creates the loggers of the engine and the orchestrators.</param>
    /// <exception cref="EngineStorageException">The database cannot be opened, or another process uses it.</exception>
    public static DurableEngine Open(
        EngineOptions options, FunctionCatalog catalog, DataConverter converter, TimeProvider clock, ILoggerFactory loggers) =>
        new(options, catalog, converter, clock, loggers);

    /// <summary>Starts the engine and continues all unfinished work.</summary>
    public void Start() => _dispatcher.Start(_commits);

    /// <summary>
    /// Runs one ready piece of work on this thread: an episode, or the start of an activity. Inline mode only.
    /// </summary>
    /// <returns>False when nothing is ready.</returns>
    public bool RunNext()
    {
        if (!_options.Inline)
            throw new InvalidOperationException("The engine runs on threads of its own.");
        if (_faulted.Task.IsCompleted)
            throw new InvalidOperationException("The engine has stopped.", _faulted.Task.Result);
        if (_disposed || _inlineWork.Next() is not { } work)
            return false;
        using (NoSynchronizationContext.Enter())
            _ = work();
        return true;
    }

    /// <summary>
    /// Stops in order: starts nothing new, waits for the running activities and makes their results durable.
    /// </summary>
    /// <param name="cancellation">Ends the wait. The activities that it interrupts run again after the next start.</param>
    public async Task StopAsync(CancellationToken cancellation)
    {
        _dispatcher.Dispose();
        _activityPool.Stop();
        try
        {
            await _activityPool.WhenIdleAsync().WaitAsync(cancellation);

            // When an episode becomes durable, results that have arrived in the meantime can make the next one ready.
            do
            {
                await _episodePool.WhenIdleAsync().WaitAsync(cancellation);
                await Barrier().WaitAsync(cancellation);
            }
            while (!_episodePool.IsIdle);
        }
        catch (OperationCanceledException)
        {
            await _stopping.CancelAsync();
        }

        _episodePool.Stop();
        await _episodePool.WhenIdleAsync();
        await Barrier();
    }

    /// <summary>Reads the version and the parent's id of an instance; null for none. The client's metadata do not contain them.</summary>
    public (string? Version, string? Parent) GetOrigin(string instanceId) =>
        _database.Read(reader => reader.Instance(instanceId, payloads: false)) is { } row ? (row.Version, row.Parent?.Id) : default;

    /// <summary>
    /// Ends at once, without waiting for unfinished work. To the store it is the same as a crash of the process.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        _dispatcher.Dispose();
        _activityPool.Stop();
        _episodePool.Stop();
        using (NoSynchronizationContext.Enter())
            Cancel(_stopping);
        if (!_options.Inline)
            await _episodePool.WhenIdleAsync();
        _commits.Dispose();
        _waiters.Close(new ObjectDisposedException(nameof(DurableEngine)));
        _database.Dispose();
        _stopping.Dispose();
    }

    // CancelAsync would run the callbacks on another thread, but the inline mode uses one thread only.
    private static void Cancel(CancellationTokenSource source) => source.Cancel();

    private Task Barrier()
    {
        var nothing = new AwaitedCommit<bool>(_ => true, TaskCreationOptions.RunContinuationsAsynchronously);
        _commits.Enqueue(nothing);
        return nothing.Completion;
    }

    private void Fault(Exception exception)
    {
        if (_disposed || !_faulted.TrySetResult(exception))
            return;
        Log.Faulted(_logger, exception);
        _activityPool.Stop();
        _episodePool.Stop();
        _waiters.Close(new InvalidOperationException("The engine has stopped.", exception));
    }
}
