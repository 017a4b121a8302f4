using AccountClosure.Embedded.Http;
using AccountClosure.Simulator.Accounts;
using AccountClosure.Simulator.Controls;
using AccountClosure.Simulator.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace AccountClosure.Simulator;

/// <summary>
/// A broker that speaks the Alpaca Broker API, in process or on a port of this machine, on the given clock. The methods here
/// do the same as the controls under <c>/_sim</c>.
/// </summary>
public sealed class BrokerSimulator : IAsyncDisposable
{
    private readonly Broker broker;
    private readonly SimulatorPipeline pipeline;
    private readonly AccountControls accounts;
    private readonly FaultControls faults;
    private KestrelListener? listener;

    /// <exception cref="ControlException">An option cannot be used.</exception>
    public BrokerSimulator(SimulatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        broker = new Broker(options);
        accounts = new AccountControls(broker);
        faults = new FaultControls(broker);
        pipeline = new SimulatorPipeline(broker);
    }

    public SimulatorOptions Options => broker.Options;

    /// <summary>All accounts, in the order in which they were made.</summary>
    public IReadOnlyList<string> AccountIds => Do(_ => broker.AccountStates.Ids.ToList());

    /// <summary>The latest requests of the Broker API, the oldest first.</summary>
    public IReadOnlyList<ServedRequest> Requests => Do(_ => pipeline.Log.ToList());

    public IReadOnlyList<FaultState> Faults => Do(_ => broker.Faults.All.ToList());

    /// <summary>
    /// Creates a handler that serves an <see cref="HttpClient"/> in this process. A request is served on the caller's thread, at once
    /// when there is no latency and no fault that waits.
    /// </summary>
    public HttpMessageHandler CreateHandler() => new InProcessHandler(HandleAsync);

    /// <summary>Serves on http://127.0.0.1:<paramref name="port"/>; 0 takes a free port.</summary>
    /// <returns>The port.</returns>
    public async Task<int> StartAsync(int port)
    {
        if (listener is not null)
            throw new InvalidOperationException("The simulator is serving already.");
        var starting = new KestrelListener(HandleAsync, port, NullLoggerFactory.Instance);
        await starting.StartAsync(CancellationToken.None);
        listener = starting;
        return listener.Address!.Port;
    }

    /// <summary>Drops the connections that are open.</summary>
    public Task StopAsync()
    {
        listener?.Dispose();
        listener = null;
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        broker.Dispose();
    }

    /// <exception cref="ControlException">A value cannot be used; nothing was made.</exception>
    public CreatedAccount CreateAccount(NewAccount account) => Do(now => accounts.Create(account, now));

    public AccountState State(string accountId) => Do(now => accounts.State(Find(accountId), now));

    public bool HasAccount(string accountId) => Do(_ => broker.AccountStates.Find(accountId) is not null);

    public void AddCash(string accountId, CashChange change) => Do(now => accounts.AddCash(Find(accountId), change, now));

    public void SetBlocks(string accountId, Blocks blocks) => Do(_ => accounts.SetBlocks(Find(accountId), blocks));

    public void SetPending(string accountId, PendingMoney pending) => Do(_ => accounts.SetPending(Find(accountId), pending));

    public void SetStatus(string accountId, string status) => Do(now => accounts.SetStatus(Find(accountId), status, now));

    public void SetBank(string accountId, BankOptions options) => Do(now => accounts.SetBank(Find(accountId), options, now));

    /// <param name="status"><c>APPROVED</c>, <c>CANCEL_REQUESTED</c> or any other status of an ACH relationship.</param>
    public void SetRelationshipStatus(string accountId, string status) =>
        Do(now => accounts.SetRelationshipStatus(Find(accountId), status, now));

    public void AddPosition(string accountId, NewPosition position) => Do(now => accounts.AddPosition(Find(accountId), position, now));

    /// <returns>The identifier of the order.</returns>
    public string AddOrder(string accountId, NewOrder order) => Do(now => accounts.AddOrder(Find(accountId), order, now));

    /// <returns>The identifier of the transfer.</returns>
    public string AddTransfer(string accountId, NewTransfer transfer) => Do(now => accounts.AddTransfer(Find(accountId), transfer, now));

    public void SetTransferStatus(string accountId, string transferId, TransferChange change) =>
        Do(now => accounts.SetTransferStatus(Find(accountId), transferId, change, now));

    public FaultState AddFault(Fault fault) => Do(now => faults.Add(fault, now));

    /// <returns>Whether there was such a fault.</returns>
    public bool RemoveFault(string faultId) => Do(now => faults.Remove(faultId, now));

    public void ClearFaults() => Do(faults.Clear);

    private Task HandleAsync(HttpContext context)
    {
        context.Features.Set(this);
        context.Features.Set(pipeline);
        return SimulatorEndpoints.HandleAsync(context);
    }

    private Account Find(string accountId) =>
        broker.AccountStates.Find(accountId) ?? throw new ControlException($"There is no account {accountId}.");

    private void Do(Action<DateTimeOffset> act) => Do(now =>
    {
        act(now);
        return true;
    });

    private T Do<T>(Func<DateTimeOffset, T> act)
    {
        lock (broker.Gate)
        {
            var result = act(pipeline.CatchUp());
            broker.Commit();
            return result;
        }
    }
}
