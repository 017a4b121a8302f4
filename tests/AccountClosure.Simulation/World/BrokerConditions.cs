namespace AccountClosure.Simulation.World;

/// <summary>A route of the Broker API, by its method and how its path ends.</summary>
internal sealed record BrokerRoute(string Method, string End)
{
    public static readonly BrokerRoute[] All =
    [
        new("GET", "/transfers"),
        new("POST", "/transfers"),
        new("DELETE", "/transfers/{id}"),
        new("GET", "/account"),
        new("GET", "/orders"),
        new("DELETE", "/orders"),
        new("GET", "/positions"),
        new("DELETE", "/positions"),
        new("DELETE", "/positions"),
        new("GET", "/ach_relationships"),
        new("POST", "/actions/close"),
        new("GET", "/v1/accounts/{id}"),
        new("GET", "/v1/clock"),
        new("GET", "/v1/calendar"),
    ];

    public bool Matches(Parcel parcel)
    {
        if (parcel.Method.Method != Method)
            return false;
        string path = parcel.Address.AbsolutePath;
        int item = End.IndexOf("{id}", StringComparison.Ordinal);
        if (item < 0)
            return path.EndsWith(End, StringComparison.Ordinal);
        int last = path.LastIndexOf('/') + 1;
        return path[..last].EndsWith(End[..item], StringComparison.Ordinal) && Guid.TryParse(path[last..], out _);
    }
}

/// <summary>
/// The behaviour of the broker's API in one run, in addition to the faults of single requests in <see cref="FaultRates"/>.
/// </summary>
internal sealed record BrokerConditions
{
    /// <summary>Maximum lag of a list of transfers or a balance: less than the in-doubt window.</summary>
    public static readonly TimeSpan LongestLag = TimeSpan.FromMinutes(9);

    public const string Explanation =
        "One of four seeds gives pages of 1 to 100 transfers; one of six, lists and balances that are up to 9 minutes behind; one of "
        + "twenty-five, "
        + "one route that answers 5xx for hours, or until a person was asked; one of twelve, a key rotation (401 for up to two hours); one "
        + "of sixteen, "
        + "single 403 and 404 to reads (0.5 %); one of ten whose broker enforces its rules, effects later than the in-doubt window (20 %).";

    /// <summary>Maximum number of transfers on a page; null leaves it to the request.</summary>
    public int? PageSize { get; init; }

    /// <summary>Maximum lag of lists of transfers and balances in this run.</summary>
    public TimeSpan Lag { get; init; }

    /// <summary>A route that answers 5xx; null for none.</summary>
    public BrokerRoute? FailingRoute { get; init; }

    /// <summary>Whether changes on the failing route have their effect before the 5xx.</summary>
    public bool FailsAfterEffect { get; init; }

    /// <summary>When the route begins to fail.</summary>
    public DateTimeOffset FailsFrom { get; init; }

    /// <summary>When the route works again; null if only after a person was asked.</summary>
    public DateTimeOffset? FailsUntil { get; init; }

    /// <summary>The time in which every request is answered with 401.</summary>
    public (DateTimeOffset From, DateTimeOffset Until) KeyRotation { get; init; }

    /// <summary>The share of reads that are answered with 403 or 404.</summary>
    public double ReadRefused { get; init; }

    /// <summary>The share of changes that the broker applies later than the in-doubt window.</summary>
    public double EffectBeyondDoubt { get; init; }

    /// <summary>Number of old transfers, so that there are several pages.</summary>
    public int OlderTransfers { get; init; }

    public static BrokerConditions Draw(Draws draws, DateTimeOffset start, DateTimeOffset end, bool enforcesRules)
    {
        DateTimeOffset SomeTime() => start + draws.Between(TimeSpan.Zero, (end - start) * 0.9);

        bool hasPages = draws.Chance(0.25);
        BrokerConditions conditions = new()
        {
            PageSize = hasPages ? draws.OneOf(1, 1, 2, 3, 10, 100) : null,
            OlderTransfers = hasPages ? draws.OneOf(0, 3, 12) : 0,
            Lag = draws.Chance(0.16) ? draws.Between(TimeSpan.FromSeconds(5), LongestLag) : TimeSpan.Zero,
            ReadRefused = draws.Chance(0.06) ? 0.005 : 0,
            EffectBeyondDoubt = enforcesRules && draws.Chance(0.1) ? 0.2 : 0,
        };
        if (draws.Chance(0.08))
        {
            DateTimeOffset from = SomeTime();
            conditions = conditions with { KeyRotation = (from, from + draws.Between(TimeSpan.FromMinutes(5), TimeSpan.FromHours(2))) };
        }
        if (!draws.Chance(0.04))
            return conditions;
        DateTimeOffset fails = draws.Chance(0.5) ? start : SomeTime();
        return conditions with
        {
            FailingRoute = draws.OneOf(BrokerRoute.All),
            FailsAfterEffect = draws.Chance(0.3),
            FailsFrom = fails,
            FailsUntil = draws.Chance(0.3) ? fails + draws.Between(TimeSpan.FromHours(1), TimeSpan.FromHours(40)) : null,
        };
    }
}
