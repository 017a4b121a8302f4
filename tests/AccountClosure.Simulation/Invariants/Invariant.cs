using System.Net;
using AccountClosure.Simulation.World;
using AccountClosure.Simulator;

namespace AccountClosure.Simulation.Invariants;

/// <summary>One rule that must hold whatever happens, judged by the broker's facts.</summary>
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

    /// <summary>The broker has just handled a request that changes something.</summary>
    /// <param name="before">The account just before.</param>
    public virtual void WhenArrived(SimulatedWorld world, Parcel parcel, HttpStatusCode status, AccountState before)
    {
    }

    /// <summary>An email has just left.</summary>
    public virtual void WhenSent(SimulatedWorld world, SentEmail sent)
    {
    }

    /// <summary>An episode was taken or a request has arrived.</summary>
    public virtual void AfterStep(SimulatedWorld world)
    {
    }

    /// <summary>Nothing is ready; only time can go on.</summary>
    public virtual void WhenQuiet(SimulatedWorld world)
    {
    }

    /// <summary>Every closure has ended, and so has what each left open.</summary>
    public virtual void AtTheEnd(SimulatedWorld world)
    {
    }

    /// <summary>Long after the last fault, or after more work than any closure needs, not every closure has ended.</summary>
    public virtual void WhenPatienceEnds(SimulatedWorld world)
    {
    }

    public static bool IsTransfer(Parcel parcel, HttpStatusCode status) =>
        status == HttpStatusCode.OK && parcel.Method == HttpMethod.Post && parcel.Address.AbsolutePath.EndsWith("/transfers", StringComparison.Ordinal);

    public static bool IsClose(Parcel parcel, HttpStatusCode status) =>
        (int)status is >= 200 and < 300 && parcel.Address.AbsolutePath.EndsWith("/actions/close", StringComparison.Ordinal);
}
