using AccountClosure.Simulator.Accounts;
using AccountClosure.Simulator.Api;
using AccountClosure.Simulator.Controls;

namespace AccountClosure.Simulator;

/// <summary>
/// The broker's whole state and the lock that guards it. Whoever holds the lock may read and change it, and commits before
/// anyone outside hears of a change.
/// </summary>
internal sealed class Broker : IDisposable
{
    private bool settingsChanged;

    public Broker(SimulatorOptions options)
    {
        Options = options;
        AccountStates = new AccountStates(options.DataSource);
        Faults = new FaultRules(options.Seed);
        if (AccountStates.ReadSetting<FaultRules.Kept>("faults") is { } kept)
            Faults.Restore(kept);
        foreach (var hold in AccountStates.ReadSetting<List<SettlementHold>>("holds") ?? [])
            Holds.Add(hold);
        Late.AddRange(AccountStates.ReadSetting<List<LateRequest>>("lateRequests") ?? []);
    }

    public Lock Gate { get; } = new();

    public SimulatorOptions Options { get; }

    public AccountStates AccountStates { get; }

    public FaultRules Faults { get; }

    public SettlementHolds Holds { get; } = new();

    /// <summary>Requests whose answers were lost and that are still to be carried out, the earliest first.</summary>
    public List<LateRequest> Late { get; } = [];

    public DateTimeOffset Now => Options.Time.GetUtcNow();

    public Draw DrawFor(string subject) => new(Options.Seed, subject);

    public Balances BalancesOf(Account account, DateTimeOffset now) => account.BalancesAt(now, Holds);

    /// <summary>The late requests or the settlement holds were changed.</summary>
    public void SettingsChanged() => settingsChanged = true;

    public void Commit()
    {
        if (Faults.HasChanged)
            AccountStates.SaveSetting("faults", Faults.ToKeep());
        if (settingsChanged)
        {
            AccountStates.SaveSetting("holds", Holds.All);
            AccountStates.SaveSetting("lateRequests", Late);
        }
        Faults.HasChanged = false;
        settingsChanged = false;
        AccountStates.Commit();
    }

    public void Dispose() => AccountStates.Dispose();
}
