using System.Net;
using System.Net.Http.Headers;
using AccountClosure.Simulator;

namespace AccountClosure.Simulation.World;

/// <summary>
/// The wire between one process and the broker. A request in flight arrives even if the process dies. Its answer
/// may not.
/// </summary>
internal sealed class Network(SimulatedWorld world, Process process, Draws draws) : HttpMessageHandler
{
    // Within the in-doubt window, the effect has happened and is in the broker's lists.
    private static readonly TimeSpan LatestEffect = TimeSpan.FromMinutes(9);

    private readonly Draws _beyond = new(world.Course.Seed, $"beyond doubt {process.Number}");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Parcel parcel = await Parcel.From(request, world.Now);
        if (process.IsDead)
            await Wait.Forever();
        FaultRates rates = world.Rates;
        bool changes = request.Method != HttpMethod.Get;

        if (changes && draws.Chance(rates.Crash))
            await process.DieAsync($"before {parcel}");
        if (world.IsOutage || draws.Chance(rates.RequestFails))
            return await FailAsync(parcel, draws.Between(0, 3), cancellationToken);
        if (changes && draws.Chance(rates.EffectLate))
            return await LoseNowAndDoLater(parcel, "effect late", draws.MostlyShort(LatestEffect - world.Course.Conditions.Lag));
        if (changes && _beyond.Chance(world.Now < world.Course.FaultsEnd ? world.Course.Conditions.EffectBeyondDoubt : 0))
        {
            TimeSpan later = _beyond.Between(Parcel.InDoubtWindow + TimeSpan.FromSeconds(1), TimeSpan.FromHours(2));
            return await LoseNowAndDoLater(parcel, "effect beyond doubt", later);
        }

        if (changes && world.Marksman.WantsDoubt(parcel))
            return await MakeInDoubt(parcel);

        Task<HttpResponseMessage> delivery = DeliverAsync(parcel, changes && draws.Chance(rates.Crash / 2) ? $"after {parcel}" : null);
        await Wait.Until(delivery, cancellationToken);
        HttpResponseMessage answer = await delivery;
        await StayAlive();
        if (changes && draws.Chance(rates.Crash))
            await process.DieAsync($"after {parcel}");
        if (draws.Chance(rates.AnswerLost))
            return await LoseAnswer(parcel, cancellationToken);
        TimeSpan back = draws.Chance(rates.RequestSlow) ? draws.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(45)) : Latency();
        await Wait.Until(Wait.For(world.Clock, back), cancellationToken);
        await StayAlive();
        return answer;
    }

    private async Task<HttpResponseMessage> DeliverAsync(Parcel parcel, string? diesMeanwhile)
    {
        await Wait.For(world.Clock, Latency());
        if (diesMeanwhile is not null)
            process.Die(diesMeanwhile);
        return await ArriveAsync(parcel);
    }

    private async Task<HttpResponseMessage> ArriveAsync(Parcel parcel)
    {
        if (parcel.Method == HttpMethod.Get)
            return await world.Api.SendAsync(parcel);
        world.Meanwhile.Interleave();
        AccountState before = world.State();
        HttpResponseMessage answer = await world.Api.SendAsync(parcel);
        world.Arrived(parcel, answer.StatusCode, before);
        return answer;
    }

    private async Task<HttpResponseMessage> FailAsync(Parcel parcel, int way, CancellationToken cancellationToken)
    {
        world.Inject("request fails", "network", $"{parcel} fails without effect");
        await Wait.Until(Wait.For(world.Clock, Latency()), cancellationToken);
        await StayAlive();
        switch (way)
        {
            case 0:
                throw new HttpRequestException(HttpRequestError.ConnectionError, "No connection could be made.");
            case 1:
                throw new HttpRequestException(HttpRequestError.ResponseEnded, "The connection was broken.");
            case 2:
                return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Content = new StringContent("") };
            default:
                HttpResponseMessage refused = new(HttpStatusCode.TooManyRequests) { Content = new StringContent("") };
                DateTimeOffset reset = world.Clock.GetUtcNow().AddSeconds(draws.Between(1, 90));
                refused.Headers.TryAddWithoutValidation("X-RateLimit-Reset", reset.ToUnixTimeSeconds().ToString());
                return refused;
        }
    }

    private async Task<HttpResponseMessage> LoseNowAndDoLater(Parcel parcel, string kind, TimeSpan later)
    {
        world.Marksman.IsInDoubt = true;
        world.Inject(kind, "network", $"{parcel}: the connection breaks, and it will arrive in {later}");
        _ = ArriveLater();
        await Wait.For(world.Clock, Latency());
        await StayAlive();
        throw new HttpRequestException(HttpRequestError.ResponseEnded, "The connection was broken.");

        async Task ArriveLater()
        {
            await Wait.For(world.Clock, later);
            await ArriveAsync(parcel);
        }
    }

    // No effect, an immediate effect, or a late one: the sender cannot know which.
    private async Task<HttpResponseMessage> MakeInDoubt(Parcel parcel)
    {
        switch (_beyond.Between(0, 2))
        {
            case 0:
                world.Marksman.IsInDoubt = true;
                world.Inject("request lost", "network", $"{parcel} is lost, and nobody knows");
                await Wait.For(world.Clock, Latency());
                await StayAlive();
                throw new HttpRequestException(HttpRequestError.ResponseEnded, "The connection was broken.");
            case 1:
                return await LoseNowAndDoLater(parcel, "answer lost", Latency());
            default:
                return await LoseNowAndDoLater(
                    parcel, "effect late", _beyond.Between(TimeSpan.Zero, LatestEffect - world.Course.Conditions.Lag));
        }
    }

    private async Task<HttpResponseMessage> LoseAnswer(Parcel parcel, CancellationToken cancellationToken)
    {
        world.Marksman.IsInDoubt |= parcel.Method != HttpMethod.Get;
        world.Inject("answer lost", "network", $"the answer to {parcel} is lost");
        switch (draws.Between(0, 2))
        {
            case 0:
                throw new HttpRequestException(HttpRequestError.ResponseEnded, "The connection was broken.");
            case 1:
                return new HttpResponseMessage(HttpStatusCode.BadGateway) { Content = new StringContent("") };
            default:
                await Wait.Until(Wait.Forever(), cancellationToken);
                throw new InvalidOperationException("Silence never ends but by a time-out.");
        }
    }

    private async Task StayAlive()
    {
        if (process.IsDead)
            await Wait.Forever();
    }

    private TimeSpan Latency() =>
        world.Course.Latency == TimeSpan.Zero ? TimeSpan.Zero : world.Course.Latency * draws.Between(50, 150) / 100;
}

/// <summary>A request that outlives its sender.</summary>
internal sealed record Parcel(HttpMethod Method, Uri Address, AuthenticationHeaderValue? Authorization, byte[] Body, DateTimeOffset SentAt)
{
    /// <summary>How long a request whose answer was lost may still have an effect, as far as a closure can wait for it.</summary>
    public static readonly TimeSpan InDoubtWindow = TimeSpan.FromMinutes(10);

    public bool IsBeyondDoubt(DateTimeOffset now) => now > SentAt + InDoubtWindow;

    /// <summary>The last words of the route, without ids.</summary>
    public override string ToString()
    {
        IEnumerable<string> words = Address.AbsolutePath.Split('/').Where(word => word.Length > 0 && !Guid.TryParse(word, out _)).Skip(1);
        string body = Body.Length == 0 ? "" : " " + System.Text.Encoding.UTF8.GetString(Body);
        int amount = body.IndexOf("\"amount\":\"", StringComparison.Ordinal);
        return $"{Method} {string.Join('/', words)}{(amount < 0 ? "" : " $" + body[(amount + 10)..].Split('"')[0])}";
    }

    public static async Task<Parcel> From(HttpRequestMessage request, DateTimeOffset now) => new(
        request.Method,
        request.RequestUri!,
        request.Headers.Authorization,
        request.Content is { } content ? await content.ReadAsByteArrayAsync() : [],
        now);

    public HttpRequestMessage ToRequest()
    {
        HttpRequestMessage request = new(Method, Address) { Content = new ByteArrayContent(Body) };
        request.Headers.Authorization = Authorization;
        return request;
    }
}
