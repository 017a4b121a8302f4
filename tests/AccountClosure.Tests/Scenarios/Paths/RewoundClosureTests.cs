using System.Text.Json;
using AccountClosure.Activities;
using AccountClosure.Closure;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Azure.Core.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>
/// A closure fails because its code cannot read the result of an activity. Once the code is corrected, the closure is rewound through the
/// durable webhooks.
/// </summary>
public sealed class RewoundClosureTests : IDisposable
{
    private static readonly NewPosition Shares = new("AAPL", 10, 100m);

    private readonly PartlyBlindSerializer _serializer = new();
    private readonly ClosureApp _app;

    public RewoundClosureTests() => _app = new ClosureApp(new ClosureAppSettings
    {
        ConfigureServices = services => services.Configure<WorkerOptions>(options => options.Serializer = _serializer),
    });

    /// <summary>The last results that the closure reads before it sells, sends money, or requests the close.</summary>
    public static TheoryData<Type> LastResults =>
        [typeof(Holdings), typeof(WithdrawalAssessment), typeof(OpenTransfer), typeof(CloseBrokerAccountResult)];

    public static TheoryData<Type> Results => [.. LastResults, typeof(CreateTransferResult), typeof(ClosePositionsResult)];

    public void Dispose() => _app.Dispose();

    [Theory]
    [MemberData(nameof(Results))]
    public void A_closure_that_is_rewound_after_its_cleanup_changes_nothing_at_the_broker(Type unreadable)
    {
        var account = BeginToFailure(unreadable);
        _app.AdvanceBy(TimeSpan.FromDays(3));
        _app.TrackingOf(account).ShouldHaveSingleItem().Phase.ShouldBe(nameof(ClosurePhase.Failed), _app.Story(account));

        ShouldChangeNothing(account);
    }

    [Theory]
    [MemberData(nameof(LastResults))]
    public void A_closure_that_is_rewound_during_its_cleanup_changes_nothing_at_the_broker(Type unreadable)
    {
        var account = BeginToFailure(unreadable);
        _app.RunUntil(() => _app.TrackingOf(account)[0].Stop is not null, TimeSpan.FromHours(2));
        _app.TrackingOf(account)[0].EndedAt.ShouldBeNull();

        ShouldChangeNothing(account);
    }

    [Theory]
    [MemberData(nameof(Results))]
    public void A_closure_that_is_rewound_before_its_cleanup_is_closed_and_paid_out(Type unreadable)
    {
        var account = BeginToFailure(unreadable);

        Rewind(account);
        _app.RunToEnd(account, TimeSpan.FromDays(40));
        _app.AdvanceBy(TimeSpan.FromHours(2));

        _app.ShouldBeClosedWithAllPaidOut(account, wasThere: 31_000m);
        _app.Emails.Count.ShouldBe(2, _app.Story(account));
    }

    private CreatedAccount BeginToFailure(Type unreadable)
    {
        var account = _app.CreateAccount(30_000m, Shares);
        _serializer.Unreadable = unreadable;
        _app.Initiate(account).StatusCode.ShouldBe(202);
        _app.RunUntil(() => Instance(account) is { RuntimeStatus: OrchestrationRuntimeStatus.Failed }, TimeSpan.FromDays(20));
        _serializer.Unreadable = null;
        return account;
    }

    private void ShouldChangeNothing(CreatedAccount account)
    {
        var changes = Changes();
        var before = _app.State(account);
        Rewind(account);
        _app.AdvanceBy(TimeSpan.FromDays(40));

        Instance(account).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
        Changes().ShouldBe(changes, _app.Story(account));
        var atBroker = _app.State(account);
        (atBroker.Status, atBroker.Cash).ShouldBe(("ACTIVE", before.Cash));
        (atBroker.Positions.Count, atBroker.Transfers.Count).ShouldBe((before.Positions.Count, before.Transfers.Count));
        _app.TrackingOf(account).ShouldHaveSingleItem().Phase.ShouldBe(nameof(ClosurePhase.Failed), _app.Story(account));
        _app.CustomerOf(account)!.Status.ShouldBe("active");
        _app.Emails.Count(email => email.Subject.Contains("stays open")).ShouldBe(1, _app.Story(account));
        _app.Emails.ShouldNotContain(email => email.Subject.Contains("is closed"));
    }

    private void Rewind(CreatedAccount account) => _app
        .Send(HttpMethod.Post, $"runtime/webhooks/durabletask/instances/{ClosureInstance.IdFor(account.AccountId)}/rewind?reason=test")
        .StatusCode.ShouldBe(202);

    private OrchestrationMetadata Instance(CreatedAccount account) =>
        _app.Await(() => _app.Client.GetInstanceAsync(ClosureInstance.IdFor(account.AccountId)))!;

    private List<string> Changes() =>
        [.. _app.Simulator.Requests.Where(request => request.Method != "GET").Select(request => $"{request.Method} {request.Route}")];

    /// <summary>The app's serializer, which cannot read results of one type.</summary>
    private sealed class PartlyBlindSerializer : ObjectSerializer
    {
        private readonly JsonObjectSerializer _inner = new(ClosureJson.Options);

        public Type? Unreadable { get; set; }

        public override object? Deserialize(Stream stream, Type returnType, CancellationToken cancellationToken) =>
            returnType == Unreadable
                ? throw new JsonException("The test makes this unreadable.")
                : _inner.Deserialize(stream, returnType, cancellationToken);

        public override async ValueTask<object?> DeserializeAsync(Stream stream, Type returnType, CancellationToken cancellationToken) =>
            await _inner.DeserializeAsync(stream, returnType, cancellationToken);

        public override void Serialize(Stream stream, object? value, Type inputType, CancellationToken cancellationToken) =>
            _inner.Serialize(stream, value, inputType, cancellationToken);

        public override ValueTask SerializeAsync(Stream stream, object? value, Type inputType, CancellationToken cancellationToken) =>
            _inner.SerializeAsync(stream, value, inputType, cancellationToken);
    }
}
