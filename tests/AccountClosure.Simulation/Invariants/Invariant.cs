using System.Net;
using AccountClosure.Simulation.World;
using AccountClosure.Simulator;

namespace AccountClosure.Simulation.Invariants;

/// <summary>A rule that must always hold, judged by the broker's account state.</summary>
internal abstract class Invariant
{
    public abstract string Name { get; }

    public static Invariant[] All() =>
    [
        new NeverTwice(),
        new CashIsSentOnce(),
        new NeverOverTheLimit(),
        new NeverClosedOverMoney(),
        new ToTheCent(),
        new LedgerMatchesBroker(),
        new NothingAfterTheEnd(),
        new NoActAfterTheEnd(),
        new NeverSilentlyStuck(),
        new AskedInTime(),
        new RecordsAgree(),
        new EmailsAreTrue(),
    ];

    /// <summary>Called after the broker has handled a request that changes something.</summary>
    /// <param name="before">The account immediately before the request.</param>
    public virtual void WhenArrived(SimulatedWorld world, Parcel parcel, HttpStatusCode status, AccountState before)
    {
    }

    /// <summary>Called after an email was sent.</summary>
    public virtual void WhenSent(SimulatedWorld world, SentEmail sent)
    {
    }

    /// <summary>Called after an episode or the arrival of a request.</summary>
    public virtual void AfterStep(SimulatedWorld world)
    {
    }

    /// <summary>Called when no work is ready and only time can pass.</summary>
    public virtual void WhenQuiet(SimulatedWorld world)
    {
    }

    /// <summary>Called after every closure and everything that it left open has ended.</summary>
    public virtual void AtTheEnd(SimulatedWorld world)
    {
    }

    /// <summary>Called if not every closure has ended long after the last fault, or after more work than any closure needs.</summary>
    public virtual void WhenPatienceEnds(SimulatedWorld world)
    {
    }

    public static bool IsTransfer(Parcel parcel, HttpStatusCode status) =>
        status == HttpStatusCode.OK && parcel.Method == HttpMethod.Post
            && parcel.Address.AbsolutePath.EndsWith("/transfers", StringComparison.Ordinal);

    public static bool IsClose(Parcel parcel, HttpStatusCode status) =>
        (int)status is >= 200 and < 300 && parcel.Address.AbsolutePath.EndsWith("/actions/close", StringComparison.Ordinal);
}
