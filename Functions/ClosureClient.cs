using System.Text.Json;
using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Functions;

/// <summary>A closure as the durable client shows it.</summary>
/// <param name="State">State at the start of the current execution.</param>
/// <param name="Progress">
/// Custom status of the cleanup if there is one, otherwise of the closure; made from the input before the first step. <see cref="With"/>
/// completes it for a closure whose instance does not report its end.
/// </param>
/// <param name="WasStopped">
/// Whether the closure was stopped from outside before it had ended. A restart afterwards does not change that.
/// </param>
/// <param name="Cleanup">Instance of the termination cleanup of a terminated or failed closure; null without one.</param>
internal sealed record ClosureView(
    OrchestrationMetadata Instance, ClosureState State, ClosureProgress Progress, bool WasStopped, OrchestrationMetadata? Cleanup = null)
{
    public ClosureRequest Request => State.Request;

    /// <summary>Running, pending or suspended.</summary>
    public bool IsActive => !Instance.IsCompleted;

    /// <summary>Instance that acts for the closure now; null if no instance does.</summary>
    public OrchestrationMetadata? Acting => IsActive ? Instance : Cleanup is { IsCompleted: false } ? Cleanup : null;

    /// <summary>
    /// Whether the progress is from the last step of a closure that was then stopped. The progress of the cleanup replaces it once the
    /// cleanup has started.
    /// </summary>
    public bool IsStatusOutdated => WasStopped && Cleanup is null;

    /// <summary>
    /// Whether only the records can say if and how the closure has ended, because the instance that acted for it, or its restarted copy,
    /// was stopped.
    /// </summary>
    public bool NeedsRecord => Acting is null && (IsStatusOutdated || !Progress.Phase.HasEnded());

    /// <summary>The closure with the progress of the records: how it has ended, or its last phase if it has not ended.</summary>
    /// <param name="record">Tracking row; null for a closure that was stopped before its first step.</param>
    public ClosureView With(ClosureRecord? record)
    {
        var stopped = Progress with
        {
            NextActionAt = null,
            Wait = null,
            WaitingFor = null,
            Deadline = null,
            ReturnsUntil = null,
            CanCancel = false,
            Review = null,
        };
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
    /// <summary>The id in its canonical form (a UUID in lower case); null if it is not a UUID.</summary>
    public static string? Canonical(string? id) => Guid.TryParseExact(id, "D", out var parsed) ? parsed.ToString("D") : null;

    public static async Task<ClosureView?> FindClosureAsync(
        this DurableTaskClient client, string accountId, CancellationToken cancellationToken)
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

    /// <summary>The account's latest closure, even when its instance was purged and only its cleanup is left.</summary>
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

    /// <summary>
    /// The closure of the account with this confirmation number, as the instance that waits for a decision shows it. If there is none, as
    /// its own instance or its cleanup shows it.
    /// </summary>
    public static async Task<ClosureView?> FindClosureAsync(
        this DurableTaskClient client,
        IClosureTracking tracking,
        string accountId,
        string confirmationNumber,
        CancellationToken cancellationToken)
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

    /// <summary>Completes the view with the data that only the records have; see <see cref="ClosureView.With"/>.</summary>
    public static async Task<ClosureView> AsRecordedAsync(
        this ClosureView closure, IClosureTracking tracking, CancellationToken cancellationToken) =>
        closure.NeedsRecord ? closure.With(await tracking.FindAsync(closure.Request.ConfirmationNumber, cancellationToken)) : closure;

    /// <summary>The account's closure and the cleanups of its earlier closures, as far as they wait for a decision.</summary>
    public static async Task<IReadOnlyList<ClosureView>> FindReviewsAsync(
        this DurableTaskClient client, IClosureTracking tracking, string accountId, CancellationToken cancellationToken)
    {
        var views = new List<ClosureView?> { await client.FindClosureAsync(accountId, cancellationToken) };
        foreach (var record in (await tracking.ListAsync(accountId, cancellationToken)).Where(record => record.EndedAt is null))
            views.Add(await client.FindCleanupAsync(record.ConfirmationNumber, cancellationToken));
        return [.. views.OfType<ClosureView>().Where(view => view is { Acting: not null, Progress.Review: not null })
            .DistinctBy(view => view.Acting!.InstanceId)];
    }

    /// <returns>
    /// Null if the input is not a complete state of a closure, because somebody started an instance with our prefix by hand.
    /// </returns>
    public static ClosureView? ViewOf(OrchestrationMetadata instance)
    {
        if (Read<ClosureState>(instance.SerializedInput) is not { } state || !IsComplete(state))
            return null;
        var progress = ProgressOf(instance) ?? ClosureProgress.From(state);
        bool wasStopped = instance.RuntimeStatus is OrchestrationRuntimeStatus.Terminated or OrchestrationRuntimeStatus.Failed
            || (instance.IsCompleted && progress.Phase == ClosurePhase.Failed);
        return new ClosureView(instance, state, progress, wasStopped);
    }

    /// <returns>The custom status; null before the first step, or if it is not that of a closure.</returns>
    public static ClosureProgress? ProgressOf(OrchestrationMetadata instance) =>
        Read<ClosureProgress>(instance.SerializedCustomStatus) is { ConfirmationNumber: not null } progress ? progress : null;

    // JSON may lack values that the types require.
    private static bool IsComplete(ClosureState state) =>
        state is { Policy: not null, Payout: not null, Request: { AccountId: not null, UserId: not null, AchRelationshipId: not null } }
        && state.Request is { Reason: not null, ConfirmationNumber: not null };

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
