using System.Security.Cryptography;
using System.Text;
using AccountClosure.Simulator.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AccountClosure.Simulator.Hosting;

/// <summary>The one way of a request through the broker, over a socket or in process.</summary>
internal sealed class SimulatorPipeline(Broker broker)
{
    private readonly byte[] credentials = Encoding.ASCII.GetBytes(
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{broker.Options.ApiKey}:{broker.Options.ApiSecret}")));

    private readonly RateLimit rateLimit = new(broker.Options.RateLimitPerMinute);
    private int sequence;

    public RequestLog Log { get; } = new(broker.Options.RequestLogCapacity);

    /// <param name="context">Names the simulator among its features.</param>
    /// <param name="route">Null if no route takes this path and method.</param>
    /// <param name="error">The answer without a route, to a caller with a key.</param>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public static async Task ServeAsync(HttpContext context, Route? route, ApiAnswer? error = null)
    {
        var request = await ApiRequest.From(context.Request, route);
        await context.Features.GetRequiredFeature<SimulatorPipeline>().ServeAsync(context, request, route, error);
    }

    /// <summary>Carries out what is due by now; every read of the account state begins with it. Callers hold the lock and commit.</summary>
    public DateTimeOffset CatchUp()
    {
        var now = broker.Now;
        while (broker.Late.Count > 0 && broker.Late[0].Due <= now)
        {
            var late = broker.Late[0];
            broker.Late.RemoveAt(0);
            broker.SettingsChanged();
            Handle(late.Request, Routes.Find(late.Request), late.Due, null);
            broker.Commit();
        }
        return now;
    }

    private async Task ServeAsync(HttpContext context, ApiRequest request, Route? route, ApiAnswer? error)
    {
        var aborted = context.RequestAborted;
        // Half of the way before the broker acts and half after it: who gives up in time may do so before or after the effect.
        var half = NextLatency() / 2;
        await WaitAsync(half, aborted);
        Fault? fault;
        lock (broker.Gate)
            fault = Admit(request, context, ref error);
        if (fault is { Kind: FaultKind.Delay, Effect: FaultEffect.Before })
            await WaitAsync(TimeSpan.FromSeconds(fault.DelaySeconds), aborted);
        ApiAnswer answer;
        lock (broker.Gate)
            answer = error ?? CarryOut(request, route!, fault);
        if (fault is { Kind: FaultKind.Delay, Effect: FaultEffect.After })
            await WaitAsync(TimeSpan.FromSeconds(fault.DelaySeconds), aborted);
        if (fault?.Kind == FaultKind.Timeout)
            await WaitAsync(broker.Options.HangTime, aborted);
        await WaitAsync(half, aborted);
        if (fault?.Kind is FaultKind.Timeout or FaultKind.Drop)
            context.Abort();
        else
            await (fault?.Kind == FaultKind.Error ? ApiError.Fault(fault.Status ?? 500) : answer).SendAsync(context.Response);
    }

    /// <param name="error">The answer to a request that does not even reach its route.</param>
    private Fault? Admit(ApiRequest request, HttpContext context, ref ApiAnswer? error)
    {
        var now = CatchUp();
        if (rateLimit.Refuses(now, context.Response.Headers))
            error = ApiError.TooManyRequests;
        else if (!IsAuthorized(context.Request.Headers.Authorization))
            error = ApiError.Unauthorized;
        if (error is not null)
        {
            Log.Add(new ServedRequest(request.Method, request.Template, request.AccountId, error.Status, now, null));
            return null;
        }
        var fault = broker.Faults.StrikesRequest(request.Method, request.Template, request.AccountId);
        broker.Commit();
        return fault;
    }

    private ApiAnswer CarryOut(ApiRequest request, Route route, Fault? fault)
    {
        var now = CatchUp();
        if (fault is null or { Kind: FaultKind.Delay } or { Effect: FaultEffect.After })
        {
            var answer = Handle(request, route, now, fault);
            broker.Commit();
            return answer;
        }
        if (fault.Effect == FaultEffect.Late)
            Postpone(new LateRequest(request, now.AddSeconds(fault.LateSeconds)));
        Log.Add(new ServedRequest(request.Method, request.Template, request.AccountId, null, now, fault.Kind));
        return ApiAnswer.NoContent;
    }

    private ApiAnswer Handle(ApiRequest request, Route route, DateTimeOffset now, Fault? fault)
    {
        var account = request.AccountId is { } id ? broker.AccountStates.Find(id) : null;
        var answer = request.AccountId is not null && account is null
            ? ApiError.NoSuchAccount
            : route.Handle(new RouteCall(broker, now, account, request));
        Log.Add(new ServedRequest(request.Method, request.Template, account?.Id ?? request.AccountId, answer.Status, now, fault?.Kind));
        return answer;
    }

    private void Postpone(LateRequest late)
    {
        var place = broker.Late.FindIndex(other => other.Due > late.Due);
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
