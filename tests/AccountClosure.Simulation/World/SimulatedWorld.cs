using AccountClosure.Embedded.Engine;
using AccountClosure.Embedded.Engine.Time;
using AccountClosure.Notifications;
using AccountClosure.Records;
using AccountClosure.Simulation.Invariants;
using AccountClosure.Simulator;

namespace AccountClosure.Simulation.World;

/// <summary>
/// The shipped app, its broker and everybody around them, in virtual time on one thread. The seed decides everything, so the same
/// seed is the same story.
/// </summary>
internal sealed class SimulatedWorld : IDisposable
{
    /// <summary>By then every closure must have ended: longer than the largest account takes with every transfer at its slowest.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromDays(60);

    /// <summary>So long after the faults also what nobody was asked about is put right: being asked so late is a violation of its own.</summary>
    private static readonly TimeSpan NeverAsked = TimeSpan.FromDays(30);

    /// <summary>An activity may run again so long after it was done.</summary>
    private static readonly TimeSpan Echoes = TimeSpan.FromHours(13);

    /// <summary>Many times what the busiest closure needs.</summary>
    private const int MostTurns = 4_000;

    private const int MostStepsAtOnce = 5_000;

    private static readonly HappeningKind[] Interleaved =
    [
        HappeningKind.Dividend,
        HappeningKind.Dividend,
        HappeningKind.Deposit,
        HappeningKind.OtherTransfer,
        HappeningKind.Fee,
        HappeningKind.Shares,
        HappeningKind.Trade,
        HappeningKind.Cancel,
        HappeningKind.CancelByForce,
        HappeningKind.Terminate,
        HappeningKind.Block,
        HappeningKind.Return,
        HappeningKind.ClosedByOthers,
    ];

    private readonly Queue<Action> _due = new();
    private readonly Draws _crashes;
    private readonly string? _folder;
    private readonly Invariant[] _invariants = Invariant.All();
    private readonly List<ITimer> _timers = [];
    private readonly Happenings _happenings;
    private readonly Operator _operator;
    private Process? _process;
    private DateTimeOffset _moment;
    private int _stepsAtMoment;
    private readonly Draws _interleaving;
    private bool _isInterleaving;
    private DateTimeOffset _noNewClosureAfter;
    private int _lives;
    private long _seenTurns;
    private int _seenArrivals;

    public SimulatedWorld(Course course)
    {
        Course = course;
        Clock = new VirtualTimeProvider(course.Start);
        Story = new Story(Clock);
        _crashes = new Draws(course.Seed, "crashes");
        _folder = course.CanCrash ? Stores.NewFolder() : null;
        Broker = new BrokerSimulator(course.Broker with { Time = new ShiftedClock(Clock, course.BrokerClockAhead) });
        Account = Broker.CreateAccount(course.Account);
        Others = [.. Books().Transfers.Select(transfer => transfer.Id)];
        PriorTransfers = [.. Others];
        Changes = new MoneyChanges(this);
        Changes.Add(course.Account.Cash);
        Changes.CustomerOrders.UnionWith(Books().Orders.Select(order => order.Id));
        Witness = new Witness(this);
        Api = new BrokerApi(this);
        Unhealed = new Unhealed(this);
        People = new People(this);
        _interleaving = new Draws(course.Seed, "interleaving");
        Watch = new ClosureWatch(this);
        _happenings = new Happenings(this);
        _operator = new Operator(this);
    }

    public Course Course { get; }

    public VirtualTimeProvider Clock { get; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    public Story Story { get; }

    public BrokerSimulator Broker { get; }

    public CreatedAccount Account { get; }

    public MemoryOutbox Outbox { get; } = new();

    public ClosureWatch Watch { get; }

    public Witness Witness { get; }

    public MoneyChanges Changes { get; }

    public BrokerApi Api { get; }

    public Unhealed Unhealed { get; }

    public People People { get; }

    /// <summary>The types of the stores that do not answer.</summary>
    public List<string> StoresDown { get; } = [];

    /// <summary>How often each kind of fault was injected.</summary>
    public SortedDictionary<string, int> Injected { get; } = new(StringComparer.Ordinal);

    /// <summary>The present life; null while nothing runs.</summary>
    public Process? Process => _process;

    /// <summary>In force now.</summary>
    public FaultRates Rates => Now < Course.FaultsEnd ? Course.Rates : FaultRates.None;

    public bool IsOutage { get; set; }

    public int Crashes { get; set; }

    /// <summary>Transfers that the closure did not make.</summary>
    public HashSet<string> Others { get; }

    /// <summary>Transfers from before the run: their money is in the cash of the beginning.</summary>
    public HashSet<string> PriorTransfers { get; }

    /// <summary>
    /// What others change later than this before an act of the closure, it cannot see: a request's time-out, the time that a late one
    /// takes, and the lag of the broker's lists and balances lie between its look and its act.
    /// </summary>
    public TimeSpan Unseen => TimeSpan.FromMinutes(20) + Course.Conditions.Lag;

    /// <summary>When the world last changed what is in the account, behind the closure's back.</summary>
    public DateTimeOffset LastChange { get; set; } = DateTimeOffset.MinValue;

    /// <summary>When others last changed the account's status; null when nobody did.</summary>
    public DateTimeOffset? LastStatusChange { get; set; }

    /// <summary>Since when the broker says that money is pending which is in no list; null when it does not.</summary>
    public DateTimeOffset? PendingSince { get; set; }

    /// <summary>When a person last decided something.</summary>
    public DateTimeOffset LastDecision { get; set; } = DateTimeOffset.MinValue;

    /// <summary>How long no process ran, in all.</summary>
    public TimeSpan Downtime { get; private set; }

    /// <summary>When the broker first said that it would close the account.</summary>
    public DateTimeOffset? CloseAcceptedAt { get; private set; }

    /// <summary>The first invariant that was violated; nothing happens after it.</summary>
    public string? Violation { get; private set; }

    /// <summary>Turns of all lives.</summary>
    public long Turns { get; private set; }

    public AccountBooks Books() => Broker.Books(Account.AccountId);

    /// <summary>What a store of the app holds.</summary>
    public TStore Store<TStore>()
        where TStore : class => _process!.Store<TStore>();

    /// <summary>The account's transfers as the app's ledger has them.</summary>
    public IReadOnlyList<LedgerTransfer> Ledger() => Store<ITransferLedger>().ListAsync(Account.AccountId).GetAwaiter().GetResult();

    /// <summary>Counts a fault and tells of it.</summary>
    public void Inject(string kind, string who, string what)
    {
        Count(kind);
        Story.Tell(who, what);
    }

    /// <summary>Counts a fault.</summary>
    public void Count(string kind) => Injected[kind] = Injected.GetValueOrDefault(kind) + 1;

    /// <summary>Another closure may be asked for until then.</summary>
    public void ExpectClosureUntil(DateTimeOffset at) => _noNewClosureAfter = at > _noNewClosureAfter ? at : _noNewClosureAfter;

    /// <summary>A change is about to reach the broker or a store: perhaps somebody else is faster.</summary>
    public void Interleave()
    {
        if (_isInterleaving || Now >= Course.FaultsEnd || !_interleaving.Chance(Course.Ours.Interleaving))
            return;
        _isInterleaving = true;
        HappeningKind kind = _interleaving.OneOf(Interleaved);
        Inject("interleaved", "world", $"just before a change: {kind}");
        TimeSpan lasts = _interleaving.Between(TimeSpan.FromMinutes(5), TimeSpan.FromHours(20));
        DateTimeOffset until = Now + lasts < Course.FaultsEnd ? Now + lasts : Course.FaultsEnd;
        _happenings.Begin(new Happening(kind, Now, until, _interleaving.Dollars(0.01m, Course.Broker.DailyTransferLimit / 3m), _interleaving.Chance(0.5)));
        _isInterleaving = false;
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
                At(happening.At, () => _happenings.Begin(happening));
            At(Course.FaultsEnd, _happenings.EndAll);
            if (Course.Conditions is { FailingRoute: { } route, FailsUntil: null })
                Unhealed.Add($"{route.Method} {route.End}", Api.MendRoute);
            At(Course.FaultsEnd + NeverAsked, Unhealed.HealAll);
            _noNewClosureAfter = Course.Happenings.Where(happening => happening.Kind == HappeningKind.Initiate).Max(happening => happening.At);
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

    /// <summary>Later, as soon as a process is there to take it.</summary>
    public void At(DateTimeOffset time, Action act)
    {
        TimeSpan wait = time > Now ? time - Now : TimeSpan.Zero;
        _timers.Add(Clock.CreateTimer(_ => _due.Enqueue(act), null, wait, Timeout.InfiniteTimeSpan));
    }

    /// <summary>The broker has handled a request that changes something.</summary>
    /// <param name="before">The account just before.</param>
    public void Arrived(Parcel parcel, System.Net.HttpStatusCode status, AccountBooks before)
    {
        _seenArrivals++;
        Story.Tell("broker", $"{parcel} → {(int)status}");
        if (parcel.IsBeyondDoubt(Now))
            LeaveToOthers(before);
        Check(invariant => invariant.WhenArrived(this, parcel, status, before));
        if (Invariant.IsClose(parcel, status))
            CloseAcceptedAt ??= Now;
    }

    /// <summary>An email has just left.</summary>
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
            if (Now > Course.FaultsEnd + Patience || Turns > MostTurns || !Clock.JumpToNextTimer())
            {
                Check(invariant => invariant.WhenPatienceEnds(this));
                return false;
            }
        }
        Look();
        return true;
    }

    /// <summary>Every closure has ended, and nothing is left that could still happen to them.</summary>
    private bool IsOver()
    {
        if (Watch.IdleSince is not { } since)
            return false;
        return Clock.NextTimer is null
            || (Now >= _noNewClosureAfter && Now >= since + (Course.Rates.ActivityAgainLate > 0 ? Echoes : TimeSpan.Zero));
    }

    // What the broker does after the in-doubt window, nobody can wait for: it is the broker's own act.
    private void LeaveToOthers(AccountBooks before)
    {
        AccountBooks now = Books();
        Others.UnionWith(now.Transfers.Skip(before.Transfers.Count).Select(transfer => transfer.Id));
        Changes.CustomerOrders.UnionWith(now.Orders.Skip(before.Orders.Count).Select(order => order.Id));
    }

    /// <summary>No work at one moment is without an end.</summary>
    private void Restless()
    {
        if (Now != _moment)
            (_moment, _stepsAtMoment) = (Now, 0);
        if (++_stepsAtMoment > MostStepsAtOnce)
            throw new InvalidOperationException($"At {Now:u} the work has no end: {_process!.Engine.Counters}.");
    }

    /// <summary>Looks at the closure and the invariants whenever something may have changed.</summary>
    private void Look()
    {
        if (_process!.IsDead)
            return;
        long turns = _process.Engine.Counters.Turns;
        int arrivals = _seenArrivals;
        if (turns == _seenTurns && arrivals == 0)
            return;
        Turns += turns - _seenTurns;
        _seenTurns = turns;
        _seenArrivals = 0;
        Changes.Look();
        Watch.Look();
        _operator.Look();
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
        _seenTurns = 0;
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
        // It may have died between what it last did and our look at it.
        Watch.Look();
    }
}
