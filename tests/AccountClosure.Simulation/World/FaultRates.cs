namespace AccountClosure.Simulation.World;

/// <summary>The rates of each kind of fault in one run, as shares of the requests or of the activities.</summary>
internal sealed record FaultRates
{
    public static readonly FaultRates None = new();

    public const string Explanation =
        "Each seed has its own fault rates: none, a third, once or three times the following, each of which is off in three of ten seeds "
        + "besides: request fails 3 %, answer lost 3 %, effect late 2 %, request slow 1 %, "
        + "store fails 1 %, its answer lost 1 %, activity fails 2 %, result lost 3 %, activity late 3 %, activity twice 4 %, twice at once "
        + "4 %, again hours later 4 %; "
        + "in two of nine seeds crash 2 %; in one of twenty, stopped before money moves 30 %; in another, stopped after 30 %.";

    /// <summary>The request fails and has no effect: no connection, a 5xx, a 429.</summary>
    public double RequestFails { get; init; }

    /// <summary>The broker carries out the request, and the answer is lost: a broken connection, a 5xx, silence.</summary>
    public double AnswerLost { get; init; }

    /// <summary>The connection breaks, and the broker carries out the request minutes later.</summary>
    public double EffectLate { get; init; }

    /// <summary>The answer takes long, up to and beyond the time-out.</summary>
    public double RequestSlow { get; init; }

    /// <summary>A call of the ledger, the audit log, the tracking, the customer's record or the mail fails and has no effect.</summary>
    public double StoreFails { get; init; }

    /// <summary>The call has its effect, and its answer is lost.</summary>
    public double StoreAnswerLost { get; init; }

    /// <summary>The activity fails before it has any effect.</summary>
    public double ActivityFails { get; init; }

    /// <summary>The activity completes, and its result is lost.</summary>
    public double ResultLost { get; init; }

    /// <summary>The activity starts minutes after it was scheduled.</summary>
    public double ActivityLate { get; init; }

    /// <summary>The activity runs twice, one after the other.</summary>
    public double ActivityTwice { get; init; }

    /// <summary>The activity runs twice at the same time.</summary>
    public double ActivityTwiceAtOnce { get; init; }

    /// <summary>The activity runs again up to hours after it completed.</summary>
    public double ActivityAgainLate { get; init; }

    /// <summary>
    /// The process dies: around a request that changes something, after a call of a store or an activity, or between two pieces of work.
    /// </summary>
    public double Crash { get; init; }

    /// <summary>The instance is terminated while the activity that moves money or closes the account waits to start.</summary>
    public double StoppedBefore { get; init; }

    /// <summary>The instance is terminated when that activity has completed and its result is not recorded yet.</summary>
    public double StoppedAfter { get; init; }

    public static FaultRates Draw(Draws draws)
    {
        double scale = draws.OneOf(0, 0.3, 1, 1, 3);
        return new FaultRates
        {
            RequestFails = Rate(0.03),
            AnswerLost = Rate(0.03),
            EffectLate = Rate(0.02),
            RequestSlow = Rate(0.01),
            ActivityFails = Rate(0.02),
            ResultLost = Rate(0.03),
            ActivityLate = Rate(0.03),
            ActivityTwice = Rate(0.04),
            ActivityTwiceAtOnce = Rate(0.04),
            ActivityAgainLate = Rate(0.04),
            Crash = draws.Chance(0.4) ? Rate(0.02) : 0,
            StoreFails = Rate(0.01),
            StoreAnswerLost = Rate(0.01),
            StoppedBefore = draws.Chance(0.05) ? 0.3 : 0,
            StoppedAfter = draws.Chance(0.05) ? 0.3 : 0,
        };

        double Rate(double usual) => draws.Chance(0.7) ? usual * scale : 0;
    }

    public override string ToString() => string.Join(
        ", ",
        new (string Name, double Rate)[]
        {
            ("request fails", RequestFails),
            ("answer lost", AnswerLost),
            ("effect late", EffectLate),
            ("request slow", RequestSlow),
            ("store fails", StoreFails),
            ("its answer lost", StoreAnswerLost),
            ("activity fails", ActivityFails),
            ("result lost", ResultLost),
            ("activity late", ActivityLate),
            ("activity twice", ActivityTwice),
            ("twice at once", ActivityTwiceAtOnce),
            ("again hours later", ActivityAgainLate),
            ("crash", Crash),
            ("stopped before money moves", StoppedBefore),
            ("stopped after", StoppedAfter),
        }.Select(fault => $"{fault.Name} {fault.Rate:P1}"));
}
