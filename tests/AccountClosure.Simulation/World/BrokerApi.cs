using System.Net;
using System.Text.Json.Nodes;

namespace AccountClosure.Simulation.World;

/// <summary>
/// The layer between the wire and the broker itself: pages, replicas that lag, rotated keys, a route that fails permanently,
/// and answers that disagree with the lists.
/// </summary>
internal sealed class BrokerApi(SimulatedWorld world) : IDisposable
{
    private readonly HttpMessageInvoker _broker = new(world.Broker.CreateHandler());
    private readonly Draws _draws = new(world.Course.Seed, "broker api");
    private readonly Dictionary<string, (Parcel Request, List<Snapshot> Snapshots)> _lagging = new(StringComparer.Ordinal);
    private bool _routeIsMended;

    /// <summary>Whether the market's clock gives a next opening in the past while the market is closed.</summary>
    public bool HasStaleClock { get; set; }

    /// <summary>Whether it also reports an open market as closed.</summary>
    public bool IsMarketCalledClosed { get; set; }

    /// <summary>US dollars that the broker reports as incoming without a transfer in its list.</summary>
    public decimal PendingIn { get; set; }

    /// <summary>The broker answers every request with 401 until then.</summary>
    public DateTimeOffset KeysRotateUntil { get; set; } = DateTimeOffset.MinValue;

    private BrokerConditions Conditions => world.Course.Conditions;

    private bool IsFaulty => world.Now < world.Course.FaultsEnd;

    public void Dispose() => _broker.Dispose();

    /// <summary>Repairs the failing route.</summary>
    public void MendRoute() => _routeIsMended = true;

    public async Task<HttpResponseMessage> SendAsync(Parcel parcel)
    {
        bool isRotating = world.Now < KeysRotateUntil
            || (world.Now >= Conditions.KeyRotation.From && world.Now < Conditions.KeyRotation.Until);
        if (IsFaulty && isRotating)
            return Refuse("key rotation", parcel, HttpStatusCode.Unauthorized);
        bool isRead = parcel.Method == HttpMethod.Get;
        if (IsFaulty && isRead && _draws.Chance(Conditions.ReadRefused))
            return Refuse("read refused", parcel, _draws.OneOf(HttpStatusCode.Forbidden, HttpStatusCode.NotFound));
        bool fails = IsFailing(parcel);
        if (fails && (isRead || !Conditions.FailsAfterEffect))
            return Refuse("route fails", parcel, HttpStatusCode.InternalServerError);
        if (isRead && Conditions.Lag > TimeSpan.Zero && IsLagging(parcel))
            return await ReadBehindAsync(parcel);
        if (!isRead)
            await KeepSnapshotsAsync();
        HttpResponseMessage answer = await AskAsync(parcel);
        return fails ? Refuse("route fails", parcel, HttpStatusCode.InternalServerError) : answer;
    }

    private bool IsFailing(Parcel parcel) =>
        Conditions.FailingRoute is { } route
        && !_routeIsMended
        && world.Now >= Conditions.FailsFrom
        && !(world.Now >= Conditions.FailsUntil)
        && route.Matches(parcel);

    private HttpResponseMessage Refuse(string kind, Parcel parcel, HttpStatusCode status)
    {
        world.Inject(kind, "broker", $"{parcel} → {(int)status}: {kind}");
        return new HttpResponseMessage(status) { Content = new StringContent("") };
    }

    private async Task<HttpResponseMessage> AskAsync(Parcel parcel)
    {
        Parcel paged = parcel with { Address = WithPageSize(parcel) };
        HttpResponseMessage answer = await _broker.SendAsync(paged.ToRequest(), CancellationToken.None);
        if (!answer.IsSuccessStatusCode || parcel.Method != HttpMethod.Get)
            return answer;
        if (HasStaleClock && parcel.Address.AbsolutePath == "/v1/clock")
            return await EditAsync(answer, MakeStale);
        if (PendingIn > 0 && IsOf(parcel, "/account"))
            return await EditAsync(answer, AddPending);
        return answer;
    }

    private Uri WithPageSize(Parcel parcel)
    {
        if (Conditions.PageSize is not { } size || parcel.Method != HttpMethod.Get || !IsOf(parcel, "/transfers"))
            return parcel.Address;
        var query = System.Web.HttpUtility.ParseQueryString(parcel.Address.Query);
        query["limit"] = $"{Math.Min(size, int.TryParse(query["limit"], out int limit) ? limit : 100)}";
        return new UriBuilder(parcel.Address) { Query = query.ToString() }.Uri;
    }

    private void MakeStale(JsonObject clock)
    {
        if (IsMarketCalledClosed)
            clock["is_open"] = false;
        if (!clock["is_open"]!.GetValue<bool>())
            clock["next_open"] = $"{DateTimeOffset.Parse(clock["timestamp"]!.ToString()).AddSeconds(-1):yyyy-MM-ddTHH:mm:sszzz}";
    }

    private static async Task<HttpResponseMessage> EditAsync(HttpResponseMessage answer, Action<JsonObject> edit)
    {
        var body = (JsonObject)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        edit(body);
        answer.Content = new StringContent(body.ToJsonString());
        return answer;
    }

    private void AddPending(JsonObject account) =>
        account["pending_transfer_in"] = $"{decimal.Parse(account["pending_transfer_in"]!.ToString()) + PendingIn}";

    private static bool IsLagging(Parcel parcel) => IsOf(parcel, "/transfers") || IsOf(parcel, "/account");

    private static bool IsOf(Parcel parcel, string end) => parcel.Address.AbsolutePath.EndsWith(end, StringComparison.Ordinal);

    // Answers from the oldest snapshot that is not older than a time drawn up to the lag.
    private async Task<HttpResponseMessage> ReadBehindAsync(Parcel parcel)
    {
        Snapshot now = await Snapshot.From(await AskAsync(parcel), world.Now);
        if (!_lagging.TryGetValue(parcel.Address.PathAndQuery, out var known))
            _lagging.Add(parcel.Address.PathAndQuery, known = (parcel, []));
        known.Snapshots.RemoveAll(snapshot => snapshot.At < world.Now - Conditions.Lag);
        known.Snapshots.Add(now);
        DateTimeOffset from = world.Now - (IsFaulty && _draws.Chance(0.5) ? _draws.Between(TimeSpan.Zero, Conditions.Lag) : TimeSpan.Zero);
        Snapshot seen = known.Snapshots.First(snapshot => snapshot.At >= from);
        if (!seen.Body.AsSpan().SequenceEqual(now.Body))
            world.Inject("answer behind", "broker", $"{parcel} is answered as of {world.Now - seen.At} ago");
        return seen.ToAnswer();
    }

    // The state that a lagging replica still shows after the change.
    private async Task KeepSnapshotsAsync()
    {
        foreach ((Parcel request, List<Snapshot> snapshots) in _lagging.Values)
            snapshots.Add(await Snapshot.From(await AskAsync(request), world.Now));
    }

    private sealed record Snapshot(DateTimeOffset At, HttpStatusCode Status, byte[] Body)
    {
        public static async Task<Snapshot> From(HttpResponseMessage answer, DateTimeOffset at) =>
            new(at, answer.StatusCode, await answer.Content.ReadAsByteArrayAsync());

        public HttpResponseMessage ToAnswer() => new(Status) { Content = new ByteArrayContent(Body) };
    }
}
