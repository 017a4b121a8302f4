using System.Net;
using System.Text;
using AccountClosure.Embedded.Engine.Time;

namespace AccountClosure.Adapters.Tests.Broker;

internal sealed record SentRequest(HttpMethod Method, string PathAndQuery, string Body, DateTimeOffset At, HttpRequestMessage Message);

/// <summary>The broker's side of the wire. It answers each request as scripted and records what was sent and when.</summary>
internal sealed class ScriptedBroker(VirtualTimeProvider clock) : HttpMessageHandler
{
    private readonly Queue<Func<SentRequest, CancellationToken, Task<HttpResponseMessage>>> next = new();
    private Func<SentRequest, CancellationToken, Task<HttpResponseMessage>>? always;

    public List<SentRequest> Sent { get; } = [];

    public ScriptedBroker Then(Func<SentRequest, HttpResponseMessage> answer)
    {
        next.Enqueue((request, _) => Task.FromResult(answer(request)));
        return this;
    }

    public ScriptedBroker Then(HttpStatusCode status, string body = "", params (string Name, string Value)[] headers) =>
        Then(_ => Answer(status, body, headers));

    public ScriptedBroker ThenThrow(Exception failure)
    {
        next.Enqueue((_, _) => Task.FromException<HttpResponseMessage>(failure));
        return this;
    }

    /// <summary>Answers only after that time, unless the client cancels the request before.</summary>
    public ScriptedBroker ThenLate(TimeSpan delay, string body)
    {
        next.Enqueue(async (_, cancellationToken) =>
        {
            await WaitAsync(delay, cancellationToken);
            return Answer(HttpStatusCode.OK, body);
        });
        return this;
    }

    public ScriptedBroker Always(Func<SentRequest, HttpResponseMessage> answer) =>
        Always((request, _) => Task.FromResult(answer(request)));

    public ScriptedBroker Always(Func<SentRequest, CancellationToken, Task<HttpResponseMessage>> answer)
    {
        always = answer;
        return this;
    }

    public static HttpResponseMessage Answer(HttpStatusCode status, string body = "", params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
            response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }

    public async Task WaitAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        // Not Task.Delay, which continues on the thread pool when it is cancelled.
        var end = new TaskCompletionSource();
        using var registration = cancellationToken.Register(() => end.TrySetCanceled(cancellationToken));
        using var timer = clock.CreateTimer(_ => end.TrySetResult(), null, delay, Timeout.InfiniteTimeSpan);
        await end.Task;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var sent = new SentRequest(request.Method, request.RequestUri!.PathAndQuery, body, clock.GetUtcNow(), request);
        Sent.Add(sent);
        var answer = next.Count > 0 ? next.Dequeue() : always ?? throw new InvalidOperationException("The test did not expect a request.");
        return await answer(sent, cancellationToken);
    }
}
