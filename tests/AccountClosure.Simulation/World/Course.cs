using AccountClosure.Simulator;

namespace AccountClosure.Simulation.World;

/// <summary>Everything about a run that its seed decides before the start.</summary>
internal sealed record Course
{
    // A Saturday, a holiday's eve, the weekend of the daylight-saving change, and plain days are all within two weeks of these.
    private static readonly DateTimeOffset[] Weeks =
    [
        new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero),
        new(2026, 6, 29, 0, 0, 0, TimeSpan.Zero),
        new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero),
        new(2025, 12, 22, 0, 0, 0, TimeSpan.Zero),
    ];

    public required long Seed { get; init; }

    public required FaultRates Rates { get; init; }

    public required DateTimeOffset Start { get; init; }

    /// <summary>The time after which nothing goes wrong and every closure must end.</summary>
    public required DateTimeOffset FaultsEnd { get; init; }

    public required NewAccount Account { get; init; }

    public required SimulatorOptions Broker { get; init; }

    /// <summary>How the broker's API behaves.</summary>
    public required BrokerConditions Conditions { get; init; }

    /// <summary>Unusual conditions on the app's side.</summary>
    public required OurConditions Ours { get; init; }

    /// <summary>Actions at critical moments.</summary>
    public required IReadOnlyList<Aim> Aims { get; init; }

    /// <summary>How far the broker's clock is ahead of the app's.</summary>
    public required TimeSpan BrokerClockAhead { get; init; }

    /// <summary>The mean time of a request on the wire, each way.</summary>
    public required TimeSpan Latency { get; init; }

    /// <summary>Maximum number of transfers of one closure in flight at the same time.</summary>
    public required int TransfersInFlight { get; init; }

    /// <summary>The app's setting for how long a step is retried during an outage before a person is asked.</summary>
    public required TimeSpan OutageTimeout { get; init; }

    /// <summary>Settings of the app that differ from the defaults.</summary>
    public required IReadOnlyDictionary<string, string?> Settings { get; init; }

    public required IReadOnlyList<Happening> Happenings { get; init; }

    /// <summary>
    /// Whether the hourly watch runs. It must run if somebody stops an instance, for the cleanup. Otherwise a closure ends without it.
    /// </summary>
    public required bool IsWatched { get; init; }

    /// <summary>Whether the stores are files, so that the next life can start from an image of them after a crash.</summary>
    public bool CanCrash => Rates.Crash > 0;

    public static Course From(long seed)
    {
        Draws draws = new(seed, "course");
        FaultRates rates = FaultRates.Draw(draws);
        DateTimeOffset start = draws.OneOf<DateTimeOffset>(Weeks) + TimeSpan.FromMinutes(draws.Between(0, 10 * 24 * 4) * 15);
        DateTimeOffset end = start + TimeSpan.FromHours(draws.Between(12, 100));
        decimal limit = draws.OneOf(50_000m, 50_000m, 20_000m, 1_000m);
        bool enforces = draws.Chance(0.4);
        int inFlight = draws.OneOf(1, 1, 1, 2, 3);
        Dictionary<string, string?> settings = new(StringComparer.Ordinal)
        {
            ["Closure:DailyTransferLimit"] = limit.ToString(),
            ["Closure:MaxTransfersInFlight"] = inFlight.ToString(),
            ["Closure:SettlementPollInterval"] = draws.OneOf("02:00:00", "12:00:00"),
            ["Closure:TransferPollInterval"] = draws.OneOf("02:00:00", "08:00:00", "1.00:00:00"),
            ["Closure:ReturnPollInterval"] = draws.OneOf("06:00:00", "1.00:00:00"),
            ["Closure:ReturnWindowBusinessDays"] = draws.OneOf("0", "0", "1", "2"),
        };
        IReadOnlyList<Happening> happenings =
        [
            .. Happening.Draw(new Draws(seed, "happenings"), start, end, limit)
                .Concat(Happening.DrawByOthers(new Draws(seed, "happenings by others"), start, end, limit))
                .Concat(Happening.DrawOurs(new Draws(seed, "happenings on our side"), start, end))
                .Concat(Happening.DrawTrades(new Draws(seed, "trades"), start, end))
                .OrderBy(happening => happening.At),
        ];
        BrokerConditions conditions = BrokerConditions.Draw(new Draws(seed, "broker conditions"), start, end, enforces);
        OurConditions ours = OurConditions.Draw(new Draws(seed, "our conditions"));
        IReadOnlyList<Aim> aims = Aim.Draw(new Draws(seed, "aims"));
        // A route that fails permanently is retried until then. A week takes many episodes and tests nothing more than a day.
        Draws policy = new(seed, "policy");
        TimeSpan outageTimeout = conditions.FailingRoute is null
            ? TimeSpan.FromDays(7)
            : policy.OneOf(TimeSpan.FromHours(12), TimeSpan.FromDays(1), TimeSpan.FromDays(2));
        settings["Closure:OutageTimeout"] = outageTimeout.ToString();
        return new Course
        {
            Seed = seed,
            Rates = rates,
            Start = start,
            FaultsEnd = end,
            Account = Accounts.WithOlderTransfers(Accounts.Draw(new Draws(seed, "account"), limit), conditions.OlderTransfers),
            Conditions = conditions,
            Ours = ours,
            Aims = aims,
            BrokerClockAhead = draws.Chance(0.3) ? TimeSpan.FromSeconds(draws.Between(-90, 90)) : TimeSpan.Zero,
            Latency = draws.OneOf(TimeSpan.Zero, TimeSpan.FromMilliseconds(80), TimeSpan.FromSeconds(2)),
            TransfersInFlight = inFlight,
            OutageTimeout = outageTimeout,
            Settings = settings,
            Happenings = happenings,
            IsWatched = new Draws(seed, "watch").Chance(0.25)
                || rates.StoppedBefore > 0
                || rates.StoppedAfter > 0
                || ours.Interleaving > 0
                || aims.Any(aim => aim.StopsInstance)
                || happenings.Any(happening => happening.StopsInstance),
            Broker = new SimulatorOptions
            {
                Seed = (int)(seed & int.MaxValue),
                EnforcesRules = enforces,
                DailyTransferLimit = limit,
                DailyLimitStatus = draws.OneOf(403, 422),
                RateLimitPerMinute = draws.OneOf(0, 0, 1000, 60),
                TransferDuration = draws.OneOf<TimeSpan?>(
                    null, TimeSpan.FromHours(3), TimeSpan.FromHours(3), TimeSpan.FromHours(30), TimeSpan.FromHours(72)),
                CloseDelay = draws.OneOf(TimeSpan.Zero, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(50)),
            },
        };
    }
}
