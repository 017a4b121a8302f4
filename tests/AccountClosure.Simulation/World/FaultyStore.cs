using System.Reflection;
using AccountClosure.Customers;
using AccountClosure.Notifications;
using AccountClosure.Records;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Simulation.World;

/// <summary>
/// The wire between one process and one of its stores. A call fails without an effect, or has its effect and its answer is lost, or the
/// process dies during the call.
/// </summary>
internal class FaultyStore<TStore> : DispatchProxy
    where TStore : class
{
    private TStore _store = null!;
    private SimulatedWorld _world = null!;
    private Process _process = null!;
    private Draws _draws = null!;

    public static TStore Around(TStore store, SimulatedWorld world, Process process, Draws draws)
    {
        TStore faulty = Create<TStore, FaultyStore<TStore>>();
        var proxy = (FaultyStore<TStore>)(object)faulty;
        (proxy._store, proxy._world, proxy._process, proxy._draws) = (store, world, process, draws);
        return faulty;
    }

    /// <summary>The store itself, for the invariants.</summary>
    public static TStore Behind(TStore faulty) => ((FaultyStore<TStore>)(object)faulty)._store;

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (_process.IsDead)
            return Wait.Forever(targetMethod!.ReturnType);
        string call = $"{typeof(TStore).Name[1..]}.{targetMethod!.Name.Replace("Async", "", StringComparison.Ordinal)}";
        FaultRates rates = _world.Rates;
        bool isRead = targetMethod.Name is "FindAsync" or "ListAsync" or "ListStatusesAsync";
        if (!isRead)
            _world.Meanwhile.Interleave();
        if (_world.StoresDown.Contains(typeof(TStore).Name, StringComparer.Ordinal))
        {
            _world.Count("call of a store that is down");
            throw new IOException("The store is down.");
        }
        if (_draws.Chance(rates.StoreFails))
        {
            _world.Inject("store fails", "store", $"{call} fails without effect");
            throw new IOException("The store does not answer.");
        }

        object? answer = targetMethod.Invoke(_store, BindingFlags.DoNotWrapExceptions, null, args, null);
        if (answer is Task { IsCompletedSuccessfully: true } && args is not null)
            _world.Witness.Called(args);
        if (_draws.Chance(rates.Crash / 4))
        {
            _process.Die($"after {call}");
            return Wait.Forever(targetMethod.ReturnType);
        }
        if (_draws.Chance(rates.StoreAnswerLost))
        {
            _world.Inject("store answer lost", "store", $"the answer of {call} is lost");
            throw new IOException("The store has been lost.");
        }
        return answer;
    }
}

internal static class FaultyStores
{
    /// <summary>Stores that share a database, by the names of their types.</summary>
    public static readonly string[] Records =
        [nameof(ITransferLedger), nameof(IAuditLog), nameof(IClosureTracking), nameof(ICustomerRecords)];

    public const string Mail = nameof(IOutbox);

    /// <summary>Puts the wire in front of a registered store.</summary>
    public static void MakeFaulty<TStore>(this IServiceCollection services, SimulatedWorld world, Process process, Draws draws)
        where TStore : class
    {
        Type type = services.Single(service => service.ServiceType == typeof(TStore)).ImplementationType!;
        services.AddSingleton(provider =>
            FaultyStore<TStore>.Around((TStore)ActivatorUtilities.CreateInstance(provider, type), world, process, draws));
    }
}
