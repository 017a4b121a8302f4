using System.Text.Json;
using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Functions;

/// <summary>A closure as the durable client shows it.</summary>
/// <param name="State">As the present execution began with it.</param>
/// <param name="Progress">
/// The custom status, of the cleanup if there is one; before the first step, the input. Of a closure whose end nobody reports: see <see cref="With"/>.
/// </param>
/// <param name="WasStopped">Whether the closure was stopped from outside before it had ended; a restart afterwards does not change that.</param>
/// <param name="Cleanup">
/// The instance that finishes what a terminated or failed closure left open, or has done so; null without one.
/// </param>
internal sealed record ClosureView(
    OrchestrationMetadata Instance, ClosureState State, ClosureProgress Progress, bool WasStopped, OrchestrationMetadata? Cleanup = null)
{
    public ClosureRequest Request => State.Request;

    /// <summary>Running, pending or suspended.</summary>
    public bool IsActive => !Instance.IsCompleted;

    /// <summary>The instance that acts for the closure now; null when the closure has ended and nothing of it is open.</summary>
    public OrchestrationMetadata? Acting => IsActive ? Instance : Cleanup is { IsCompleted: false } ? Cleanup : null;

    /// <summary>
    /// Whether the progress is that of the last step of a closure that was stopped since. The cleanup's replaces it once the cleanup has begun.
    /// </summary>
    public bool IsStatusOutdated => WasStopped && Cleanup is null;

    /// <summary>Whether only the records can say if the closure has ended, and how: what acted for it was stopped, or so was its restarted copy.</summary>
    public bool NeedsRecord => Acting is null && (IsStatusOutdated || !Progress.Phase.HasEnded());

    /// <summary>The closure as the records know it: how it has ended, or that it has not, and where it stood.</summary>
    /// <param name="record">Null for a closure that was stopped before its first step.</param>
    public ClosureView With(ClosureRecord? record)
    {
        var stopped = Progress with { NextActionAt = null, Wait = null, WaitingFor = null, Deadline = null, ReturnsUntil = null, CanCancel = false, Review = null };
        if (record is { EndedAt: { } endedAt })
        {
            return this with
            {
                Progress = stopped with
                {
                    Phase = record.ToPhase(),
                    Since = endedAt,
                    NextAction = "Nothing; the closure has ended",
                    Withdrawn = record.Withdrawn,
                    TransferCount = record.TransferCount,
                },
            };
        }
        return this with
        {
            Progress = stopped with
            {
                Phase = Progress.Phase.HasEnded() ? record?.ToPhase() ?? ClosurePhase.Initiated : Progress.Phase,
                NextAction = "Start the cleanup, which ends the stopped closure",
            },
        };
    }
}

internal static class ClosureClient
{
    /// <summary>The account id in its one form (a UUID, lower case), or null when it is not one.</summary>
    public static string? Canonical(string? id) => Guid.TryParseExact(id, "D", out var parsed) ? parsed.ToString("D") : null;

    public static async Task<ClosureView?> FindClosureAsync(this DurableTaskClient client, string accountId, CancellationToken cancellationToken)
    {
        var instance = await client.GetInstanceAsync(ClosureInstance.IdFor(accountId), getInputsAndOutputs: true, cancellationToken);
        if (instance is null || ViewOf(instance) is not { } closure)
            return null;
        if (!closure.WasStopped)
            return closure;
        return await client.FindCleanupAsync(closure.Request.ConfirmationNumber, cancellationToken) is { } cleanup
            ? closure with { Progress = cleanup.Progress, Cleanup = cleanup.Instance }
            : closure;
    }

    /// <summary>The account's latest closure, also when its instance was purged and only its cleanup is left.</summary>
    public static async Task<ClosureView?> FindClosureAsync(
        this DurableTaskClient client, IClosureTracking tracking, string accountId, CancellationToken cancellationToken)
    {
        if (await client.FindClosureAsync(accountId, cancellationToken) is { } closure)
            return await closure.AsRecordedAsync(tracking, cancellationToken);
        return (await tracking.ListAsync(accountId, cancellationToken)) is [var latest, ..]
            && await client.FindCleanupAsync(latest.ConfirmationNumber, cancellationToken) is { } cleanup
            ? await cleanup.AsRecordedAsync(tracking, cancellationToken)
            : null;
    }

    /// <summary>The closure of the account with this confirmation number: what of it waits for a person, or else its instance or its cleanup.</summary>
    public static async Task<ClosureView?> FindClosureAsync(
        this DurableTaskClient client, IClosureTracking tracking, string accountId, string confirmationNumber, CancellationToken cancellationToken)
    {
        var reviews = await client.FindReviewsAsync(tracking, accountId, cancellationToken);
        if (reviews.FirstOrDefault(IsAsked) is { } review)
            return review;
        if (await client.FindClosureAsync(tracking, accountId, cancellationToken) is { } latest && IsAsked(latest))
            return latest;
        return await client.FindCleanupAsync(confirmationNumber, cancellationToken) is { } cleanup && IsAsked(cleanup)
            ? await cleanup.AsRecordedAsync(tracking, cancellationToken)
            : null;

        bool IsAsked(ClosureView view) => view.Request.AccountId == accountId && view.Request.ConfirmationNumber == confirmationNumber;
    }

    /// <summary>Completes the view with what only the records know; see <see cref="ClosureView.With"/>.</summary>
    public static async Task<ClosureView> AsRecordedAsync(this ClosureView closure, IClosureTracking tracking, CancellationToken cancellationToken) =>
        closure.NeedsRecord ? closure.With(await tracking.FindAsync(closure.Request.ConfirmationNumber, cancellationToken)) : closure;

    /// <summary>Everything of the account that waits for a person: its closure, and the cleanups of earlier closures.</summary>
    public static async Task<IReadOnlyList<ClosureView>> FindReviewsAsync(
        this DurableTaskClient client, IClosureTracking tracking, string accountId, CancellationToken cancellationToken)
    {
        var views = new List<ClosureView?> { await client.FindClosureAsync(accountId, cancellationToken) };
        foreach (var record in (await tracking.ListAsync(accountId, cancellationToken)).Where(record => record.EndedAt is null))
            views.Add(await client.FindCleanupAsync(record.ConfirmationNumber, cancellationToken));
        return [.. views.OfType<ClosureView>().Where(view => view is { Acting: not null, Progress.Review: not null })
            .DistinctBy(view => view.Acting!.InstanceId)];
    }

    /// <returns>Null for an instance with our prefix whose input is not a closure's, or a part of one: somebody started it by hand.</returns>
    public static ClosureView? ViewOf(OrchestrationMetadata instance)
    {
        if (Read<ClosureState>(instance.SerializedInput) is not { } state || !IsComplete(state))
            return null;
        var progress = ProgressOf(instance) ?? ClosureProgress.From(state);
        bool wasStopped = instance.RuntimeStatus is OrchestrationRuntimeStatus.Terminated or OrchestrationRuntimeStatus.Failed
            || (instance.IsCompleted && progress.Phase == ClosurePhase.Failed);
        return new ClosureView(instance, state, progress, wasStopped);
    }

    /// <returns>The custom status; null before the first step, and when it is not a closure's.</returns>
    public static ClosureProgress? ProgressOf(OrchestrationMetadata instance) =>
        Read<ClosureProgress>(instance.SerializedCustomStatus) is { ConfirmationNumber: not null } progress ? progress : null;

    // The types say that nothing is missing; JSON does not have to agree.
    private static bool IsComplete(ClosureState state) =>
        state is { Policy: not null, Payout: not null, Request: { AccountId: not null, UserId: not null, AchRelationshipId: not null, Reason: not null, ConfirmationNumber: not null } };

    private static async Task<ClosureView?> FindCleanupAsync(
        this DurableTaskClient client, string confirmationNumber, CancellationToken cancellationToken)
    {
        var id = ClosureInstance.CleanupIdFor(confirmationNumber);
        return await client.GetInstanceAsync(id, getInputsAndOutputs: true, cancellationToken) is { } cleanup ? ViewOf(cleanup) : null;
    }

    private static T? Read<T>(string? json)
        where T : class
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize<T>(json, ClosureJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
