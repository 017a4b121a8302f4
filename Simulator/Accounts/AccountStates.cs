namespace AccountClosure.Simulator.Accounts;

/// <summary>All accounts of the broker, in memory for reading and in the store for good. Callers hold the broker's lock.</summary>
internal sealed class AccountStates : IDisposable
{
    private readonly Dictionary<string, Account> accounts = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> ids = [];
    private readonly AccountStateStore? store;

    /// <param name="dataSource">A SQLite file, or <c>:memory:</c> to keep nothing but what is in memory anyway.</param>
    public AccountStates(string dataSource)
    {
        if (dataSource == ":memory:")
            return;
        store = new AccountStateStore(dataSource);
        foreach (var (_, account) in store.Read<Account>("account"))
            Enter(account);
        foreach (var (id, order) in store.Read<Order>("order"))
            accounts[id].Orders.Add(order);
        foreach (var (id, transfer) in store.Read<Transfer>("transfer"))
            accounts[id].Transfers.Add(transfer);
    }

    public int Count => ids.Count;

    /// <summary>In the order in which the accounts were made.</summary>
    public IReadOnlyList<string> Ids => ids;

    public IEnumerable<Account> All => accounts.Values;

    public Account? Find(string id) => accounts.GetValueOrDefault(id);

    /// <summary>Enters an account with the orders and transfers that it has already.</summary>
    public void Add(Account account)
    {
        Enter(account);
        Save(account);
        account.Orders.ForEach(order => Save(account, order));
        account.Transfers.ForEach(transfer => Save(account, transfer));
    }

    public void Save(Account account)
    {
        account.Changed();
        store?.Put("account", account.Id, account.Id, account.Number, account);
    }

    public void Add(Account account, Order order)
    {
        account.Orders.Add(order);
        Save(account, order);
    }

    public void Save(Account account, Order order)
    {
        account.Changed();
        store?.Put("order", order.Id, account.Id, account.Orders.IndexOf(order), order);
    }

    public void Add(Account account, Transfer transfer)
    {
        account.Transfers.Add(transfer);
        Save(account, transfer);
    }

    public void Save(Account account, Transfer transfer)
    {
        account.Changed();
        store?.Put("transfer", transfer.Id, account.Id, account.Transfers.IndexOf(transfer), transfer);
    }

    /// <summary>Keeps something of the broker that belongs to no account.</summary>
    public void SaveSetting<T>(string name, T value) => store?.Put("setting/" + name, name, "", 0, value);

    public T? ReadSetting<T>(string name)
        where T : class => store?.Read<T>("setting/" + name).Select(row => row.Entry).FirstOrDefault();

    /// <summary>Everything saved since the last commit, at once.</summary>
    public void Commit() => store?.Commit();

    public void Dispose() => store?.Dispose();

    private void Enter(Account account)
    {
        accounts.Add(account.Id, account);
        ids.Add(account.Id);
    }
}
