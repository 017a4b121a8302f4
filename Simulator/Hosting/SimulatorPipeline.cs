using System.Security.Cryptography;
using System.Text;
using AccountClosure.Simulator.Api;
using AccountClosure.Simulator.Controls;

namespace AccountClosure.Simulator.Hosting;

/// <summary>The one way of a request through the broker, whichever door it came in by.</summary>
internal sealed class SimulatorPipeline(Broker broker, ControlRoutes controls)
{
    private readonly byte[] credentials = Encoding.ASCII.GetBytes(
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{broker.Options.ApiKey}:{broker.Options.ApiSecret}")));

    private readonly RateLimit rateLimit = new(broker.Options.RateLimitPerMinute);
    private int sequence;

    public RequestLog Log { get; } = new(broker.Options.RequestLogCapacity);

    /// <exception cref="ConnectionDroppedException">A fault took the answer.</exception>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public async ValueTask<ApiAnswer> ServeAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        if (request.Path.StartsWith("/_sim/", StringComparison.Ordinal))
            return controls.Serve(request);
        // Half of the way before the broker acts and half after it: who gives up in time may do so before or after the effect.
        var half = NextLatency() / 2;
        await WaitAsync(half, cancellationToken);
        Admission admission;
        lock (broker.Gate)
            admission = Admit(request);
        var fault = admission.Fault;
        if (fault is { Kind: FaultKind.Delay, Effect: FaultEffect.Before })
            await WaitAsync(TimeSpan.FromSeconds(fault.DelaySeconds), cancellationToken);
        ApiAnswer answer;
        lock (broker.Gate)
            answer = admission.Error ?? CarryOut(request, admission);
        if (fault is { Kind: FaultKind.Delay, Effect: FaultEffect.After })
            await WaitAsync(TimeSpan.FromSeconds(fault.DelaySeconds), cancellationToken);
        if (fault?.Kind == FaultKind.Timeout)
            await WaitAsync(broker.Options.HangTime, cancellationToken);
        await WaitAsync(half, cancellationToken);
        if (fault?.Kind is FaultKind.Timeout or FaultKind.Drop)
            throw new ConnectionDroppedException();
        if (fault?.Kind == FaultKind.Error)
            answer = ApiError.Fault(fault.Status ?? 500);
        return answer with { RateLimit = admission.RateLimit };
    }

    /// <summary>Carries out what is due by now; every read of the account state begins with this. The caller holds the lock and commits.</summary>
    public DateTimeOffset CatchUp()
    {
        var now = broker.Now;
        while (broker.Late.Count > 0 && broker.Late[0].Due <= now)
        {
            var late = broker.Late[0];
            broker.Late.RemoveAt(0);
            broker.SettingsChanged();
            var request = new ApiRequest(late.Method, late.Path, late.Query, null, late.Body);
            Handle(request, Routes.Find(late.Method, late.Path), late.Due, null);
            broker.Commit();
        }
        return now;
    }

    /// <param name="Error">The answer to a request that does not even reach its route.</param>
    private sealed record Admission(RateLimitState RateLimit, RouteMatch Match, ApiAnswer? Error, Fault? Fault);

    private Admission Admit(ApiRequest request)
    {
        var now = CatchUp();
        var state = rateLimit.Take(now, out var refused);
        var match = Routes.Find(request.Method, request.Path);
        var error = refused ? ApiError.TooManyRequests
            : !IsAuthorized(request.Authorization) ? ApiError.Unauthorized
            : match.Route is null ? (match.IsKnownPath ? ApiError.NoSuchMethod : ApiError.NoSuchRoute)
            : null;
        if (error is not null)
        {
            Log.Add(new ServedRequest(request.Method, match.Route?.Template ?? request.Path, match.AccountId, error.Status, now, null));
            return new Admission(state, match, error, null);
        }
        var fault = broker.Faults.StrikesRequest(request.Method, match.Route!.Template, match.AccountId);
        broker.Commit();
        return new Admission(state, match, null, fault);
    }

    private ApiAnswer CarryOut(ApiRequest request, Admission admission)
    {
        var now = CatchUp();
        var fault = admission.Fault;
        if (fault is null or { Kind: FaultKind.Delay } or { Effect: FaultEffect.After })
        {
            var answer = Handle(request, admission.Match, now, fault);
            broker.Commit();
            return answer;
        }
        if (fault.Effect == FaultEffect.Late)
            Postpone(request, now.AddSeconds(fault.LateSeconds));
        Log.Add(new ServedRequest(request.Method, admission.Match.Route!.Template, admission.Match.AccountId, null, now, fault.Kind));
        return ApiAnswer.NoContent;
    }

    private ApiAnswer Handle(ApiRequest request, RouteMatch match, DateTimeOffset now, Fault? fault)
    {
        var route = match.Route!;
        var account = match.AccountId is { } id ? broker.AccountStates.Find(id) : null;
        var answer = match.AccountId is not null && account is null
            ? ApiError.NoSuchAccount
            : route.Handle(new RouteCall(broker, route, now, account, match.Item, request));
        Log.Add(new ServedRequest(request.Method, route.Template, account?.Id ?? match.AccountId, answer.Status, now, fault?.Kind));
        return answer;
    }

    private void Postpone(ApiRequest request, DateTimeOffset due)
    {
        var place = broker.Late.FindIndex(other => other.Due > due);
        var late = new LateRequest(request.Method, request.Path, request.Query, request.Body, due);
        broker.Late.Insert(place < 0 ? broker.Late.Count : place, late);
        broker.SettingsChanged();
        broker.Commit();
    }

    private bool IsAuthorized(string? authorization) =>
        authorization is not null
        && authorization.Length == credentials.Length
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(authorization), credentials);

    private TimeSpan NextLatency()
    {
        var mean = broker.Options.Latency;
        return mean == TimeSpan.Zero
            ? mean
            : broker.DrawFor("latency").Between(mean * 0.5, mean * 1.5, Interlocked.Increment(ref sequence).ToString());
    }

    /// <summary>
    /// Goes on at once and on the same thread when the client gives up. Task.Delay would go on through the thread pool, for which
    /// nobody waits in virtual time.
    /// </summary>
    private async Task WaitAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        if (duration == TimeSpan.Zero)
            return;
        var end = new TaskCompletionSource();
        using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), end);
        using var timer = broker.Options.Time.CreateTimer(
            static state => ((TaskCompletionSource)state!).TrySetResult(), end, duration, Timeout.InfiniteTimeSpan);
        await end.Task;
    }
}
