using AccountClosure.Embedded.Engine.Time;
using AccountClosure.Notifications;
using AccountClosure.Records;
using AccountClosure.Simulator;

namespace AccountClosure.Simulation.World;

/// <content>Who and what is in the world, and what is known of it.</content>
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

    /// <summary>
    /// The same for the last check before the close, whose reads and request are at most two minutes apart: a close that arrives later is excused
    /// by the time that it was late.
    /// </summary>
    public TimeSpan UnseenByTheLastCheck => TimeSpan.FromMinutes(2) + Course.Conditions.Lag;

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

    /// <summary>Episodes of all lives.</summary>
    public long Episodes { get; private set; }

    public AccountState State() => Broker.State(Account.AccountId);

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
}
