using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using AccountClosure.Closure;
using AccountClosure.Functions;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using AccountClosure.Tests.Scenarios.Paths;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Http;

/// <summary>Attacks on links, continuation tokens, and requests that meet another closure than the one that they read.</summary>
public sealed class LinkAttackTests
{
    private const string LinkPath = "/runtime/webhooks/durabletask/instances/closure-";

    [Theory]
    [InlineData("https://closures.example.com")]
    [InlineData("https://closures.example.com:8443/")]
    [InlineData("http://[::1]:7071")]
    [InlineData("HTTPS://CLOSURES.EXAMPLE.COM")]
    [InlineData("https://someone:secret@closures.example.com")]
    [InlineData("https://closures.example.com#")]
    [InlineData("https://closures.example.com/#links")]
    [InlineData("https://closures.example.com?")]
    [InlineData("https://closures.example.com ")]
    [InlineData(" https://closures.example.com")]
    [InlineData("https:\\\\closures.example.com")]
    [InlineData("https://closures.example.com\\")]
    [InlineData("https://schließungen.example.com")]
    public void A_public_address_is_refused_at_the_start_or_makes_a_link_that_works(string address)
    {
        if (new LinkOptionsValidator().Validate(null, new LinkOptions { PublicAddress = address }).Failed)
            return;
        using var app = new ClosureApp(new ClosureAppSettings { Configuration = { ["Links:PublicAddress"] = address } });
        var account = app.CreateAccount(1_000m);

        var answer = app.Initiate(account);

        answer.StatusCode.ShouldBe(202, answer.Text);
        var link = answer["statusQueryGetUri"]!;
        link.ShouldAllBe(letter => letter > ' ' && letter < 127, "a header cannot hold it");
        var uri = new Uri(link);
        uri.Authority.ShouldBe(new Uri(address).Authority);
        uri.UserInfo.ShouldBeEmpty();
        link.ShouldContain(uri.Authority + LinkPath, Case.Insensitive);
        uri.AbsolutePath.ShouldStartWith(LinkPath);
        uri.Query.ShouldContain("code=");
    }

    [Theory]
    [InlineData("X-Forwarded-Host", "evil.example/elsewhere")]
    [InlineData("X-Forwarded-Host", "evil.example?x=1")]
    [InlineData("X-Forwarded-Host", "evil.example#x")]
    [InlineData("X-Forwarded-Host", "a b")]
    [InlineData("X-Forwarded-Host", "[")]
    [InlineData("X-Forwarded-Host", "")]
    [InlineData("X-Forwarded-Host", "://")]
    [InlineData("X-Forwarded-Host", "a, b")]
    [InlineData("X-Forwarded-Proto", "http://x/")]
    [InlineData("X-Forwarded-Proto", "")]
    [InlineData("X-Forwarded-Port", "1")]
    [InlineData("X-Forwarded-Prefix", "/elsewhere")]
    [InlineData("X-Original-Host", "evil.example/elsewhere")]
    [InlineData("X-Original-URL", "/elsewhere")]
    [InlineData("Forwarded", "host=\"evil.example/elsewhere\";proto=https")]
    public void No_header_of_the_caller_changes_the_path_of_the_links_or_makes_the_start_fail(string header, string value)
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        var body = JsonContent.Create(new { account.UserId, account.AchRelationshipId, reason = "moving abroad" }, options: ClosureJson.Options);

        var answer = app.Send(HttpMethod.Post, $"api/account-closure/initiate/{account.AccountId}", body, header: (header, value));

        answer.StatusCode.ShouldBe(202, answer.Text);
        answer["statusQueryGetUri"]!.ShouldStartWith("http://localhost:7071" + LinkPath);
        answer["sendEventPostUri"]!.ShouldStartWith("http://localhost:7071" + LinkPath);
    }

    [Fact]
    public void The_links_of_an_account_in_upper_case_lead_to_its_closure()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);

        var answer = app.Send(
            HttpMethod.Post,
            $"api/account-closure/initiate/{account.AccountId.ToUpperInvariant()}",
            new { account.UserId, AchRelationshipId = account.AchRelationshipId.ToUpperInvariant(), reason = "moving abroad" });

        answer.StatusCode.ShouldBe(202);
        answer["instanceId"].ShouldBe($"closure-{account.AccountId}");
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Completed);
    }

    [Fact]
    public void The_status_link_of_an_accepted_decision_about_a_cleanup_shows_its_effect()
    {
        using var scene = ReviewCases.Of(ReviewCode.AmbiguousTransfer).Play();
        scene.App.Cancel(scene.Account, force: true);
        scene.App.AdvanceBy(TimeSpan.FromHours(1));

        var answer = scene.App.Resolve(scene.Account, ReviewChoice.Abort);
        scene.App.AdvanceBy(TimeSpan.FromHours(1));

        answer.StatusCode.ShouldBe(202);
        var status = scene.App.Send(HttpMethod.Get, new Uri(answer["statusQueryGetUri"]!).PathAndQuery.TrimStart('/'));
        status.Json.GetProperty("customStatus").GetProperty("phase").GetString().ShouldBe("Cancelled", status.Text);
        status["instanceId"]!.ShouldStartWith("cleanup-");
    }

    [Fact]
    public void A_token_with_a_checksum_that_no_page_gave_is_400()
    {
        using var app = new ClosureApp();
        byte[] token = "{\"RowKey\":\"made up\"}"u8.ToArray();
        var text = System.Buffers.Text.Base64Url.EncodeToString([.. SHA256.HashData(token).AsSpan(0, 8), .. token]);

        app.Send(HttpMethod.Get, $"api/account-closure/all-active-tasks?continuationToken={text}").StatusCode.ShouldBe(400);
    }

    [Fact]
    public void A_cancel_that_comes_after_the_end_is_refused_on_the_embedded_engine_too()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Settling);
        var client = new Meanwhile(app.Client)
        {
            Before = async () =>
            {
                await Cancel(app, account);
                await app.Client.WaitForInstanceCompletionAsync(ClosureInstance.IdFor(account.AccountId));
            },
        };

        var answer = app.Await(() => Create<CancelTask>(app).Run(
            new DirectRequest(app, new { actor = "a second operator", reason = "test" }), account.AccountId, client, CancellationToken.None));

        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_cancel_stops_the_closure_that_it_read_and_no_later_one(bool force)
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Settling);
        string? second = null;
        var client = new Meanwhile(app.Client)
        {
            // The records are slow: the first closure ends, and the customer asks again, before the second operator's cancel is sent.
            Before = async () =>
            {
                await Cancel(app, account);
                await app.Client.WaitForInstanceCompletionAsync(ClosureInstance.IdFor(account.AccountId));
                using var http = app.CreateClient();
                using var started = await http.PostAsync(
                    $"api/account-closure/initiate/{account.AccountId}",
                    JsonContent.Create(new { account.UserId, account.AchRelationshipId, reason = "asked again" }, options: ClosureJson.Options));
                second = System.Text.Json.JsonDocument.Parse(await started.Content.ReadAsStringAsync()).RootElement.GetProperty("confirmationNumber").GetString();
            },
        };

        app.Await(() => Create<CancelTask>(app).Run(
            new DirectRequest(app, new { actor = "a second operator", reason = "test", force }), account.AccountId, client, CancellationToken.None));
        app.AdvanceBy(TimeSpan.FromDays(30));

        second.ShouldNotBeNull();
        app.TaskStatus(account).ConfirmationNumber.ShouldBe(second);
        app.TaskStatus(account).Phase.ShouldBe(ClosurePhase.Completed);
    }

    private static async Task Cancel(ClosureApp app, CreatedAccount account)
    {
        using var http = app.CreateClient();
        using var answer = await http.PostAsync(
            $"api/account-closure/cancel-task/{account.AccountId}",
            JsonContent.Create(new { actor = "an operator", reason = "the customer has changed their mind" }, options: ClosureJson.Options));
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    private static T Create<T>(ClosureApp app) => ActivatorUtilities.CreateInstance<T>(app.Services);

    /// <summary>Something happens between the read of an instance and the command to it.</summary>
    private sealed class Meanwhile(DurableTaskClient inner) : DurableTaskClient("meanwhile")
    {
        private bool _hasHappened;

        public required Func<Task> Before { get; init; }

        public override async Task RaiseEventAsync(
            string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
        {
            await Happen();
            await inner.RaiseEventAsync(instanceId, eventName, eventPayload, cancellation);
        }

        public override async Task TerminateInstanceAsync(
            string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
        {
            await Happen();
            await inner.TerminateInstanceAsync(instanceId, options, cancellation);
        }

        public override Task<string> ScheduleNewOrchestrationInstanceAsync(
            TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default) =>
            inner.ScheduleNewOrchestrationInstanceAsync(orchestratorName, input, options, cancellation);

        public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
            string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
            inner.WaitForInstanceStartAsync(instanceId, getInputsAndOutputs, cancellation);

        public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
            string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
            inner.WaitForInstanceCompletionAsync(instanceId, getInputsAndOutputs, cancellation);

        public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
            inner.SuspendInstanceAsync(instanceId, reason, cancellation);

        public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
            inner.ResumeInstanceAsync(instanceId, reason, cancellation);

        public override Task<OrchestrationMetadata?> GetInstancesAsync(
            string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
            inner.GetInstancesAsync(instanceId, getInputsAndOutputs, cancellation);

        public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) => inner.GetAllInstancesAsync(filter);

        public override ValueTask DisposeAsync() => inner.DisposeAsync();

        private async Task Happen()
        {
            if (_hasHappened)
                return;
            _hasHappened = true;
            await Before();
        }
    }
}
