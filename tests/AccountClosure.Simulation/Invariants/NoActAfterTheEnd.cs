using System.Net;
using AccountClosure.Simulation.World;
using AccountClosure.Simulator;

namespace AccountClosure.Simulation.Invariants;

/// <summary>
/// Nothing is sold, sent or closed after the end: the time when the outcome is recorded in the tracking or the customer is told about
/// it, whichever is earlier. A request that the broker applies late counts, unless it comes later than the in-doubt window.
/// </summary>
internal sealed class NoActAfterTheEnd : Invariant
{
    public override string Name => "no act after the end";

    public override void WhenArrived(SimulatedWorld world, Parcel parcel, HttpStatusCode status, AccountState before)
    {
        if (world.Watch.Latest is null || world.Watch.IsAnyLive || parcel.IsBeyondDoubt(world.Now))
            return;
        if (IsTransfer(parcel, status))
            world.Violate(this, $"a transfer was made that was requested at {parcel.SentAt:u}, and the closure had ended {End(world)}");
        if (IsClose(parcel, status) && world.CloseAcceptedAt is null && before.Status == "ACTIVE")
            world.Violate(this, $"the account was closed by a request of {parcel.SentAt:u}, and the closure had ended {End(world)}");
    }

    public override void AfterStep(SimulatedWorld world) => CheckSales(world);

    public override void WhenQuiet(SimulatedWorld world) => CheckSales(world);

    private void CheckSales(SimulatedWorld world)
    {
        if (world.Watch.Latest is null || world.Watch.IsAnyLive)
            return;
        AccountState atBroker = world.State();
        OrderState? working = atBroker.Orders.FirstOrDefault(order =>
            order.Side == "sell" && BrokersWords.IsWorking(order.Status) && !world.Changes.CustomerOrders.Contains(order.Id));
        if (atBroker.Status == "ACTIVE" && working is { } sale)
        {
            world.Violate(
                this,
                $"a sale of {sale.Qty} {sale.Symbol} that a closure asked for is "
                    + $"{sale.Status}, and the closure had ended {End(world)}");
        }
    }

    private static string End(SimulatedWorld world)
    {
        WatchedClosure closure = world.Watch.Latest!;
        return $"as {closure.EndInWords} at {world.Witness.EndOf(closure.ConfirmationNumber):u}";
    }
}
