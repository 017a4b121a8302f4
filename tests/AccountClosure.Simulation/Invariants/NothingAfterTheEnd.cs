using System.Net;
using AccountClosure.Simulation.World;
using AccountClosure.Simulator;

namespace AccountClosure.Simulation.Invariants;

/// <summary>A closure that has ended, with any outcome, sends no money and closes no account.</summary>
internal sealed class NothingAfterTheEnd : Invariant
{
    // A request in flight at the end may still arrive, within a request's time-out and the delay of a late one.
    private static readonly TimeSpan OnItsWay = TimeSpan.FromMinutes(12);

    public override string Name => "nothing after the end";

    public override void WhenArrived(SimulatedWorld world, Parcel parcel, HttpStatusCode status, AccountState before)
    {
        if (world.Watch.Latest is not { StoppedAt: { } stopped } || world.Now <= stopped + OnItsWay || parcel.IsBeyondDoubt(world.Now))
            return;
        if (IsTransfer(parcel, status))
            world.Violate(this, $"a transfer was made {world.Now - stopped} after the closure had ended");
        if (IsClose(parcel, status) && before.Status == "ACTIVE" && world.CloseAcceptedAt is null)
            world.Violate(this, $"the account was closed {world.Now - stopped} after the closure had ended");
    }
}
