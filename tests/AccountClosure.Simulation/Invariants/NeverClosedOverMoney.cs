using System.Net;
using AccountClosure.Simulation.World;
using AccountClosure.Simulator;

namespace AccountClosure.Simulation.Invariants;

/// <summary>
/// When the broker accepts the close, the account holds nothing: no position, no open order, no transfer on its way, no debt, and
/// cash within the tolerance. What changed too late for the closure to see is nobody's fault.
/// </summary>
internal sealed class NeverClosedOverMoney : Invariant
{
    private const decimal Tolerance = 1.00m;

    private static readonly TimeSpan Unseen = TimeSpan.FromMinutes(20);

    public override string Name => "never closed over money";

    public override void WhenArrived(SimulatedWorld world, Parcel parcel, HttpStatusCode status)
    {
        if (!IsClose(parcel, status))
            return;
        AccountBooks books = world.Books();
        DateTimeOffset seen = world.Now - Unseen;
        if (books.Status != "ACTIVE" && books.Status != "ACCOUNT_CLOSED"
            || world.LastChange > seen
            || books.Transfers.Any(transfer => transfer.UpdatedAt - world.Course.BrokerClockAhead > seen))
            return;
        if (books.Positions.Count > 0)
            world.Violate(this, $"closed with {books.Positions.Count} positions");
        if (books.Orders.Any(order => order.Status is "new" or "accepted" or "partially_filled"))
            world.Violate(this, "closed with an open order");
        if (books.Transfers.Any(transfer => !BrokersWords.IsFinal(transfer.Status)))
            world.Violate(this, "closed with a transfer on its way");
        if (books.Cash is < 0m or > Tolerance)
            world.Violate(this, $"closed with {books.Cash} in cash");
    }
}
