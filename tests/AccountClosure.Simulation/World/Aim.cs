namespace AccountClosure.Simulation.World;

/// <summary>A critical moment, as the custom status or the broker shows it.</summary>
internal enum Moment
{
    /// <summary>The closure has entered the phase.</summary>
    Liquidating,
    Settling,
    Withdrawing,
    WaitingForNextTransfer,
    Closing,

    /// <summary>A manual review is open.</summary>
    Review,

    /// <summary>The answer to a transfer, a sale or the close was lost, or the request has a late effect.</summary>
    InDoubt,

    /// <summary>A sale of the closure is open at the broker.</summary>
    Selling,

    /// <summary>A transfer of the closure is in flight.</summary>
    TransferOpen,

    /// <summary>A transfer of the closure has just been returned.</summary>
    Returned,

    /// <summary>The broker has accepted the close and has not closed the account yet.</summary>
    CloseAccepted,

    /// <summary>The closure's instance has just ended.</summary>
    Ended,
}

internal enum AimedAct
{
    Cancel,
    CancelByForce,
    Terminate,
    ForceAndInitiate,
    TerminateAndInitiate,
    TerminateAndPurge,
    TerminateAndRestart,
    Initiate,
    DecideTwice,
    Trade,
    KeyRotation,
    Crash,
}

/// <summary>An action of people or machines at a critical moment.</summary>
/// <param name="After">How long after the moment.</param>
internal sealed record Aim(Moment Moment, AimedAct Act, TimeSpan After)
{
    public const string Explanation =
        "In one of five seeds somebody cancels, forces, terminates, purges, restarts, asks again, decides, trades, or the process dies, or "
        + "keys rotate, "
        + "at a moment that matters (for the doubt, an answer is lost on purpose): in doubt, selling, closing, just returned, "
        + "just ended, or on entering a phase.";

    private static readonly AimedAct[] Acts =
    [
        AimedAct.Cancel,
        AimedAct.Cancel,
        AimedAct.CancelByForce,
        AimedAct.CancelByForce,
        AimedAct.Terminate,
        AimedAct.ForceAndInitiate,
        AimedAct.ForceAndInitiate,
        AimedAct.TerminateAndInitiate,
        AimedAct.TerminateAndPurge,
        AimedAct.TerminateAndRestart,
        AimedAct.Trade,
        AimedAct.KeyRotation,
        AimedAct.Crash,
    ];

    /// <summary>Whether it may leave a terminated instance, which needs the hourly watch.</summary>
    public bool StopsInstance => Act is AimedAct.CancelByForce
        or AimedAct.Terminate
        or AimedAct.ForceAndInitiate
        or AimedAct.TerminateAndInitiate
        or AimedAct.TerminateAndPurge
        or AimedAct.TerminateAndRestart;

    public static IReadOnlyList<Aim> Draw(Draws draws)
    {
        List<Aim> aims = [];
        for (int count = draws.Chance(0.2) ? draws.OneOf(1, 1, 2) : 0; count > 0; count--)
        {
            Moment moment = draws.Chance(0.35)
                ? draws.OneOf(Moment.InDoubt, Moment.InDoubt, Moment.Selling, Moment.CloseAccepted)
                : draws.OneOf(Enum.GetValues<Moment>());
            AimedAct act = moment switch
            {
                Moment.Ended => draws.OneOf(AimedAct.Initiate, AimedAct.Initiate, AimedAct.TerminateAndPurge, AimedAct.TerminateAndRestart),
                Moment.Review => draws.OneOf(AimedAct.DecideTwice, AimedAct.DecideTwice, draws.OneOf(Acts)),
                _ => draws.OneOf(Acts),
            };
            aims.Add(new Aim(moment, act, draws.OneOf(TimeSpan.Zero, draws.MostlyShort(TimeSpan.FromMinutes(30)))));
        }
        return aims;
    }
}
