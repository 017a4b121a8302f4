using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AccountClosure.Closure;
using AccountClosure.Functions;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using AccountClosure.Tests.Scenarios.Paths;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Http;

/// <summary>Requests that reach a closure after it has ended, or while its cleanup acts for it.</summary>
public sealed class LateCommandTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_cancel_does_not_stop_a_later_closure_of_the_account(bool force)
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Settling);
        string? second = null;
        var client = new Meanwhile(app.Client)
        {
            // The first closure ends and a new one starts before the second operator's cancel is sent, as with slow records.
            Before = async () =>
            {
                await Cancel(app, account);
                await app.Client.WaitForInstanceCompletionAsync(ClosureInstance.IdFor(account.AccountId));
                using var http = app.CreateClient();
                using var started = await http.PostAsync(
                    $"api/account-closure/initiate/{account.AccountId}",
                    JsonContent.Create(
                        new { account.UserId, account.AchRelationshipId, reason = "asked again" }, options: ClosureJson.Options));
                using var answer = JsonDocument.Parse(await started.Content.ReadAsStringAsync());
                second = answer.RootElement.GetProperty("confirmationNumber").GetString();
            },
        };

        app.Await(() => Create<CancelTask>(app).Run(
            new DirectRequest(app, new { actor = "a second operator", reason = "test", force }), account.AccountId,
            client, CancellationToken.None));
        app.AdvanceBy(TimeSpan.FromDays(30));

        second.ShouldNotBeNull();
        app.TaskStatus(account).ConfirmationNumber.ShouldBe(second);
        app.TaskStatus(account).Phase.ShouldBe(ClosurePhase.Completed);
    }

    [Fact]
    public void A_decision_about_another_closure_has_no_effect()
    {
        using var scene = ReviewCases.For(ReviewCode.TransferOverdue).Play();
        int review = scene.App.Progress(scene.Account).Review!.Number;
        var late = new Resolve(review, ReviewChoice.Abort, "an operator", "test", "CLA-22222-22222");

        scene.App.Await(async () =>
        {
            await scene.App.Client.RaiseEventAsync(ClosureInstance.IdFor(scene.Id), nameof(Resolve), late);
            return true;
        });
        scene.App.AdvanceBy(TimeSpan.FromMinutes(1));

        scene.App.Progress(scene.Account).Review!.Number.ShouldBe(review);
    }

    [Fact]
    public void The_status_link_of_an_accepted_decision_about_a_cleanup_shows_its_effect()
    {
        using var scene = ReviewCases.For(ReviewCode.AmbiguousTransfer).Play();
        scene.App.Cancel(scene.Account, force: true);
        scene.App.AdvanceBy(TimeSpan.FromHours(1));

        var answer = scene.App.Resolve(scene.Account, ReviewChoice.Abort);
        scene.App.AdvanceBy(TimeSpan.FromHours(1));

        answer.StatusCode.ShouldBe(202);
        var status = scene.App.Send(HttpMethod.Get, new Uri(answer["statusQueryGetUri"]!).PathAndQuery.TrimStart('/'));
        status.Json.GetProperty("customStatus").GetProperty("phase").GetString().ShouldBe("Cancelled", status.Text);
        status["instanceId"]!.ShouldStartWith("cleanup-");
    }

    private static async Task Cancel(ClosureApp app, CreatedAccount account)
    {
        using var http = app.CreateClient();
        using var answer = await http.PostAsync(
            $"api/account-closure/cancel-task/{account.AccountId}",
            JsonContent.Create(
                new { actor = "an operator", reason = "the customer has changed their mind" }, options: ClosureJson.Options));
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    private static T Create<T>(ClosureApp app) => ActivatorUtilities.CreateInstance<T>(app.Services);

    /// <summary>A client that runs an action after its first read of an instance, before the next read or event.</summary>
    private sealed class Meanwhile(DurableTaskClient inner) : DurableTaskClient("meanwhile")
    {
        private bool _hasHappened;
        private int _reads;

        public required Func<Task> Before { get; init; }

        public override async Task RaiseEventAsync(
            string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
        {
            await Happen();
            await inner.RaiseEventAsync(instanceId, eventName, eventPayload, cancellation);
        }

        public override Task TerminateInstanceAsync(
            string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default) =>
            inner.TerminateInstanceAsync(instanceId, options, cancellation);

        public override Task<string> ScheduleNewOrchestrationInstanceAsync(
            TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null,
            CancellationToken cancellation = default) =>
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

        public override async Task<OrchestrationMetadata?> GetInstancesAsync(
            string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
        {
            if (++_reads == 2)
                await Happen();
            return await inner.GetInstancesAsync(instanceId, getInputsAndOutputs, cancellation);
        }

        public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) =>
            inner.GetAllInstancesAsync(filter);

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
