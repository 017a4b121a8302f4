using AccountClosure.Embedded.Engine.Time;
using AccountClosure.Notifications;
using AccountClosure.Records;
using AccountClosure.Simulator;

namespace AccountClosure.Simulation.World;

/// <content>The state of the world.</content>
internal sealed partial class SimulatedWorld
{
    public Course Course { get; }

    /// <summary>Connection string of the records in PostgreSQL; null keeps them in SQLite.</summary>
    public string? PostgresRecords { get; }

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

    public Happenings Happenings { get; }

    public Meanwhile Meanwhile { get; }

    public Marksman Marksman { get; }

    /// <summary>Types of the stores that do not answer.</summary>
    public List<string> StoresDown { get; } = [];

    /// <summary>How often each kind of fault was injected.</summary>
    public SortedDictionary<string, int> Injected { get; } = new(StringComparer.Ordinal);

    /// <summary>The current life; null while nothing runs.</summary>
    public Process? Process => _process;

    /// <summary>The current fault rates.</summary>
    public FaultRates Rates => Now < Course.FaultsEnd ? Course.Rates : FaultRates.None;

    public bool IsOutage { get; set; }

    public int Crashes { get; set; }

    /// <summary>Transfers that the closure did not make.</summary>
    public HashSet<string> Others { get; }

    /// <summary>Transfers from before the run, whose money is included in the initial cash.</summary>
    public HashSet<string> PriorTransfers { get; }

    /// <summary>
    /// The closure cannot see what others change within this time before its action: a request's time-out, the delay of a late request
    /// and the lag of the broker's lists and balances lie between the read and the action.
    /// </summary>
    public TimeSpan Unseen => TimeSpan.FromMinutes(20) + Course.Conditions.Lag;

    /// <summary>
    /// The same for the final check before the close, whose reads and request are at most two minutes apart. A later close is excused
    /// by its delay.
    /// </summary>
    public TimeSpan UnseenByTheLastCheck => TimeSpan.FromMinutes(2) + Course.Conditions.Lag;

    /// <summary>When the world last changed what is in the account without the closure.</summary>
    public DateTimeOffset LastChange { get; set; } = DateTimeOffset.MinValue;

    /// <summary>When others last changed the account's status; null if nobody did.</summary>
    public DateTimeOffset? LastStatusChange { get; set; }

    /// <summary>Since when the broker reports pending money that is in no list; null if it does not.</summary>
    public DateTimeOffset? PendingSince { get; set; }

    /// <summary>When a person last decided something.</summary>
    public DateTimeOffset LastDecision { get; set; } = DateTimeOffset.MinValue;

    /// <summary>Total time in which no process ran.</summary>
    public TimeSpan Downtime { get; private set; }

    /// <summary>When the broker first said that it would close the account.</summary>
    public DateTimeOffset? CloseAcceptedAt { get; private set; }

    /// <summary>The first invariant that was violated, which ends the run.</summary>
    public string? Violation { get; private set; }

    /// <summary>Number of episodes of all lives.</summary>
    public long Episodes { get; private set; }

    public AccountState State() => Broker.State(Account.AccountId);

    /// <summary>A store of the app.</summary>
    public TStore Store<TStore>()
        where TStore : class => _process!.Store<TStore>();

    /// <summary>The account's transfers as the app's ledger has them.</summary>
    public IReadOnlyList<LedgerTransfer> Ledger() => Store<ITransferLedger>().ListAsync(Account.AccountId).GetAwaiter().GetResult();

    /// <summary>Counts a fault and adds it to the story.</summary>
    public void Inject(string kind, string who, string what)
    {
        Count(kind);
        Story.Tell(who, what);
    }

    /// <summary>Counts a fault.</summary>
    public void Count(string kind) => Injected[kind] = Injected.GetValueOrDefault(kind) + 1;

    /// <summary>The time until which another closure may be requested.</summary>
    public void ExpectClosureUntil(DateTimeOffset at) => _noNewClosureAfter = at > _noNewClosureAfter ? at : _noNewClosureAfter;
}
