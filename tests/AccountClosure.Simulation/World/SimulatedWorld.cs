using AccountClosure.Embedded.Engine;
using AccountClosure.Embedded.Engine.Time;
using AccountClosure.Simulation.Invariants;
using AccountClosure.Simulator;

namespace AccountClosure.Simulation.World;

/// <summary>
/// The shipped app, its broker and the people around them, in virtual time on one thread. The seed decides everything, so the same
/// seed produces the same story.
/// </summary>
internal sealed partial class SimulatedWorld : IDisposable
{
    /// <summary>The time until every closure must have ended: longer than the largest account takes with the slowest transfers.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromDays(60);

    /// <summary>
    /// The time after the faults when even causes that nobody was asked about are removed. A later review is a violation.
    /// </summary>
    private static readonly TimeSpan NeverAsked = TimeSpan.FromDays(30);

    /// <summary>The longest time after which a completed activity may run again.</summary>
    private static readonly TimeSpan Echoes = TimeSpan.FromHours(13);

    /// <summary>Maximum number of episodes: many times what the busiest closure needs.</summary>
    private const int MostEpisodes = 20_000;

    private const int MostStepsAtOnce = 5_000;

    private readonly Queue<Action> _due = new();
    private readonly Draws _crashes;
    private readonly string? _folder;
    private readonly Invariant[] _invariants = Invariant.All();
    private readonly List<ITimer> _timers = [];
    private readonly Operator _operator;
    private Process? _process;
    private DateTimeOffset _moment;
    private int _stepsAtMoment;
    private DateTimeOffset _noNewClosureAfter;
    private int _lives;
    private long _seenEpisodes;
    private int _seenArrivals;

    /// <param name="course">Everything that the seed decides.</param>
    /// <param name="records">Connection string of the records in PostgreSQL; null keeps them in SQLite.</param>
    public SimulatedWorld(Course course, string? records = null)
    {
        PostgresRecords = records;
        Course = course;
        Clock = new VirtualTimeProvider(course.Start);
        Story = new Story(Clock);
        _crashes = new Draws(course.Seed, "crashes");
        _folder = course.CanCrash ? Stores.NewFolder() : null;
        Broker = new BrokerSimulator(course.Broker with { Time = new ShiftedClock(Clock, course.BrokerClockAhead) });
        Account = Broker.CreateAccount(course.Account);
        Others = [.. State().Transfers.Select(transfer => transfer.Id)];
        PriorTransfers = [.. Others];
        Changes = new MoneyChanges(this);
        Changes.Add(course.Account.Cash);
        Changes.CustomerOrders.UnionWith(State().Orders.Select(order => order.Id));
        Witness = new Witness(this);
        Api = new BrokerApi(this);
        Unhealed = new Unhealed(this);
        People = new People(this);
        Marksman = new Marksman(this);
        Meanwhile = new Meanwhile(this);
        Watch = new ClosureWatch(this);
        Happenings = new Happenings(this);
        _operator = new Operator(this);
    }

    public void Violate(Invariant invariant, string how)
    {
        if (Violation is not null)
            return;
        Violation = $"{invariant.Name}: {how}";
        Story.Tell("INVARIANT", $"violated: {Violation}");
    }

    public void Run()
    {
        using (NoSynchronizationContext.Enter())
        {
            foreach (Happening happening in Course.Happenings)
                At(happening.At, () => Happenings.Begin(happening));
            At(Course.FaultsEnd, Happenings.EndAll);
            if (Course.Conditions is { FailingRoute: { } route, FailsUntil: null })
                Unhealed.Add($"{route.Method} {route.End}", Api.MendRoute);
            At(Course.FaultsEnd + NeverAsked, Unhealed.HealAll);
            _noNewClosureAfter = Course.Happenings.Where(happening => happening.Kind == HappeningKind.Initiate)
                .Max(happening => happening.At);
            Start();
            while (Violation is null && Step())
                Restless();
            if (Violation is not null)
                return;
            if (CloseAcceptedAt is { } accepted)
                Clock.AdvanceTo(accepted + Course.Broker.CloseDelay);
            Check(invariant => invariant.AtTheEnd(this));
        }
    }

    /// <summary>Runs the action at that time, or later as soon as a process runs.</summary>
    public void At(DateTimeOffset time, Action act)
    {
        TimeSpan wait = time > Now ? time - Now : TimeSpan.Zero;
        _timers.Add(Clock.CreateTimer(_ => _due.Enqueue(act), null, wait, Timeout.InfiniteTimeSpan));
    }

    /// <summary>Called after the broker has handled a request that changes something.</summary>
    /// <param name="before">The account immediately before the request.</param>
    public void Arrived(Parcel parcel, System.Net.HttpStatusCode status, AccountState before)
    {
        _seenArrivals++;
        Story.Tell("broker", $"{parcel} → {(int)status}");
        if (parcel.IsBeyondDoubt(Now))
            LeaveToOthers(before);
        Check(invariant => invariant.WhenArrived(this, parcel, status, before));
        if (Invariant.IsClose(parcel, status))
            CloseAcceptedAt ??= Now;
    }

    /// <summary>Called after an email was sent.</summary>
    public void EmailSent(SentEmail sent) => Check(invariant => invariant.WhenSent(this, sent));

    public void Dispose()
    {
        using (NoSynchronizationContext.Enter())
        {
            _process?.Bury();
            Api.Dispose();
            _ = Broker.DisposeAsync().AsTask();
        }
        _timers.ForEach(timer => timer.Dispose());
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }

    private bool Step()
    {
        if (_process!.IsDead)
        {
            Restart();
            return true;
        }
        if (_due.TryDequeue(out Action? act))
        {
            act();
        }
        else if (_process.Engine.RunNext())
        {
            if (_crashes.Chance(Rates.Crash / 20))
                _process.Die("between two pieces of work");
        }
        else
        {
            Watch.Quiet();
            Check(invariant => invariant.WhenQuiet(this));
            if (IsOver())
                return false;
            if (Now > Course.FaultsEnd + Patience || Episodes > MostEpisodes || !Clock.JumpToNextTimer())
            {
                Check(invariant => invariant.WhenPatienceEnds(this));
                return false;
            }
        }
        Look();
        return true;
    }

    /// <summary>Whether every closure has ended and nothing can still happen to them.</summary>
    private bool IsOver()
    {
        if (Watch.IdleSince is not { } since)
            return false;
        return Clock.NextTimer is null
            || (Now >= _noNewClosureAfter && Now >= since + (Course.Rates.ActivityAgainLate > 0 ? Echoes : TimeSpan.Zero));
    }

    // No closure can wait for what the broker does after the in-doubt window: it is the broker's own action.
    private void LeaveToOthers(AccountState before)
    {
        AccountState now = State();
        Others.UnionWith(now.Transfers.Skip(before.Transfers.Count).Select(transfer => transfer.Id));
        Changes.CustomerOrders.UnionWith(now.Orders.Skip(before.Orders.Count).Select(order => order.Id));
    }

    /// <summary>Fails if the work at one moment does not end.</summary>
    private void Restless()
    {
        if (Now != _moment)
            (_moment, _stepsAtMoment) = (Now, 0);
        if (++_stepsAtMoment > MostStepsAtOnce)
            throw new InvalidOperationException($"At {Now:u} the work has no end: {_process!.Engine.Counters}.");
    }

    /// <summary>Checks the closure and the invariants whenever something may have changed.</summary>
    private void Look()
    {
        if (_process!.IsDead)
            return;
        long episodes = _process.Engine.Counters.Episodes;
        int arrivals = _seenArrivals;
        if (episodes == _seenEpisodes && arrivals == 0)
            return;
        Episodes += episodes - _seenEpisodes;
        _seenEpisodes = episodes;
        _seenArrivals = 0;
        Changes.Look();
        Watch.Look();
        _operator.Look();
        Marksman.Look();
        Check(invariant => invariant.AfterStep(this));
    }

    private void Check(Action<Invariant> check)
    {
        foreach (Invariant invariant in _invariants)
            check(invariant);
    }

    private void Start()
    {
        _lives++;
        _seenEpisodes = 0;
        string? folder = _folder is null ? null : Path.Combine(_folder, $"life-{_lives}");
        if (_process is { } dead)
        {
            dead.CopyStoresTo(folder!);
            dead.Bury();
        }
        else if (folder is not null)
        {
            Directory.CreateDirectory(folder);
        }
        _process = new Process(this, _lives, folder);
        Task start = _process.Host.StartAsync();
        if (!start.IsCompleted)
            throw new InvalidOperationException("The start of the app waits for something.");
        start.GetAwaiter().GetResult();
    }

    private void Restart()
    {
        TimeSpan down = _crashes.OneOf(TimeSpan.Zero, TimeSpan.FromSeconds(20), _crashes.MostlyShort(TimeSpan.FromHours(50)));
        Clock.AdvanceTo(Now + down);
        Downtime += down;
        Start();
        Story.Tell("process", $"starts again, {down} later");
        // The process may have died between its last action and this check.
        Watch.Look();
    }
}
