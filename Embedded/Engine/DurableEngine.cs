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
/// Durable orchestrations on one SQLite file, with the semantics of Durable Functions. What a client was told is done survives
/// a crash at any moment, and the next engine on the same file goes on by itself.
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

    /// <summary>Works from the moment of opening; what it starts runs after <see cref="Start"/>.</summary>
    public DurableTaskClient Client { get; }

    /// <summary>
    /// Completes when the engine had to stop by itself, because the database refused a change. Nothing that was acknowledged is
    /// lost; the process should end and be started again.
    /// </summary>
    public Task<Exception> Faulted => _faulted.Task;

    /// <summary>Everything waits: for a timer, an event, or somebody outside. For a clock that hurries while nothing happens.</summary>
    public bool IsIdle =>
        _episodePool.IsIdle && _activityPool.IsIdle && _commits.IsIdle
        // Work that was just being handed from a commit to a pool is in the pool by now.
        && _activityPool.IsIdle && _episodePool.IsIdle;

    public EngineCounters Counters => new(_episodes.Episodes, _episodes.EventsReplayed, _activities.Begun, _commits.Transactions);

    /// <param name="options">Where and how.</param>
    /// <param name="catalog">The code. Complete before <see cref="Start"/>.</param>
    /// <param name="converter">Between objects and what histories keep.</param>
    /// <param name="clock">All time comes from it.</param>
    /// <param name="loggers">For the engine and for orchestrators.</param>
    /// <exception cref="EngineStorageException">The database cannot be opened or is in use.</exception>
    public static DurableEngine Open(
        EngineOptions options, FunctionCatalog catalog, DataConverter converter, TimeProvider clock, ILoggerFactory loggers) =>
        new(options, catalog, converter, clock, loggers);

    /// <summary>Begins to work, and goes on with all that was under way.</summary>
    public void Start() => _dispatcher.Start(_commits);

    /// <summary>
    /// Runs one ready piece of work on this thread: an episode, or the beginning of an activity. Inline mode only.
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
    /// Ends in good order: begins nothing more, waits for the activities that are running and makes their results durable.
    /// </summary>
    /// <param name="cancellation">Ends the waiting; activities that are cut off run again after the next start.</param>
    public async Task StopAsync(CancellationToken cancellation)
    {
        _dispatcher.Dispose();
        _activityPool.Stop();
        try
        {
            await _activityPool.WhenIdleAsync().WaitAsync(cancellation);

            // An episode that becomes durable may have the next one ready, for results that came in the meantime.
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

    /// <summary>The version that the instance runs under and the id of its parent; null without. The client's metadata lack them.</summary>
    public (string? Version, string? Parent) GetOrigin(string instanceId) =>
        _database.Read(reader => reader.Instance(instanceId, payloads: false)) is { } row ? (row.Version, row.Parent?.Id) : default;

    /// <summary>
    /// Ends at once, without waiting for what is under way: for what is stored it is the same as a crash of the process.
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

    // CancelAsync would leave the one thread of the inline mode.
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
