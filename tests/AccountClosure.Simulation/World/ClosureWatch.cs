using System.Text.Json;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Simulation.World;

/// <summary>One closure of the account, as an observer sees it.</summary>
internal sealed class WatchedClosure(string confirmationNumber, IReadOnlySet<string> before)
{
    public string ConfirmationNumber { get; } = confirmationNumber;

    /// <summary>Transfers that existed when the closure started.</summary>
    public IReadOnlySet<string> Before { get; } = before;

    /// <summary>Whether its instance has taken a step. From then on the records know of it.</summary>
    public bool HasBegun { get; set; }

    /// <summary>Whether it passed the preconditions. From then on the customer must be told.</summary>
    public bool IsAccepted { get; set; }

    /// <summary>When its instance was first observed as ended. From then on it may send no money and close no account.</summary>
    public DateTimeOffset? StoppedAt { get; set; }

    public OrchestrationRuntimeStatus? EndedAs { get; set; }

    /// <summary>The outcome of a closure that ended by itself; otherwise null.</summary>
    public ClosureOutput? Output { get; set; }

    public string EndInWords => Output?.Outcome ?? EndedAs?.ToString() ?? "not at all";
}

/// <summary>Observes the account's closures through the durable client.</summary>
internal sealed class ClosureWatch(SimulatedWorld world)
{
    private static readonly OrchestrationRuntimeStatus[] Active =
        [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Suspended];

    private string? _lastTold;
    private string? _lastStatus;

    public List<WatchedClosure> Closures { get; } = [];

    public WatchedClosure? Latest => Closures.Count == 0 ? null : Closures[^1];

    /// <summary>The custom status of the closure's instance; null before the first one.</summary>
    public ClosureStatus? Progress { get; private set; }

    /// <summary>The runtime status of the closure's instance; null if the instance does not exist.</summary>
    public OrchestrationRuntimeStatus? Status { get; private set; }

    /// <summary>The open review of the closure or of a cleanup.</summary>
    public SeenReview? Review { get; private set; }

    /// <summary>Time of the last episode, restart, or resumption.</summary>
    public DateTimeOffset LastSignOfLife { get; private set; }

    /// <summary>Whether a person skipped a transfer that may exist at the broker, which the ledger cannot know.</summary>
    public bool LeftATransferAside { get; set; }

    /// <summary>Since when every closure has its end in the tracking and no orchestration runs; null while this is not the case.</summary>
    public DateTimeOffset? IdleSince { get; private set; }

    /// <summary>Whether a closure may still act: it has started, and its end is neither recorded nor told.</summary>
    public bool IsAnyLive => Closures.Exists(closure => world.Witness.EndOf(closure.ConfirmationNumber) is null);

    /// <summary>The closures without an end in the tracking.</summary>
    public string Unrecorded => string.Join(", ", Closures
        .Select(closure => closure.ConfirmationNumber)
        .Where(number => world.Witness.RecordedEndOf(number) is null)
        .DefaultIfEmpty("none"));

    private string InstanceId => Front.InstanceId(world);

    public void Look()
    {
        LastSignOfLife = world.Now;
        OrchestrationMetadata? instance = Find(InstanceId);
        Status = instance?.RuntimeStatus;
        if (instance?.SerializedCustomStatus is { } status && status != _lastStatus)
        {
            _lastStatus = status;
            Progress = ClosureStatus.Read(InstanceId, status);
        }
        FindReview(instance);
        if (instance is null || NumberOf(instance) is not { } number)
            return;
        if (Latest?.ConfirmationNumber != number && !Closures.Exists(closure => closure.ConfirmationNumber == number))
        {
            HashSet<string> before = [.. world.State().Transfers.Select(transfer => transfer.Id)];
            Closures.Add(new WatchedClosure(number, before));
        }
        Latest!.HasBegun |= Progress?.ConfirmationNumber == number;
        Latest.IsAccepted |= Progress?.ConfirmationNumber == number
            && Progress.Phase is "Liquidating" or "Settling" or "Withdrawing" or "WaitingForNextTransfer" or "Closing";
        if (instance.IsCompleted)
            End(Latest, instance);
        else if (world.Witness.EndOf(Latest.ConfirmationNumber) is null)
            Latest.StoppedAt = null;
        Tell();
    }

    // An instance that was stopped before its first step has no status.
    private string? NumberOf(OrchestrationMetadata instance)
    {
        if (instance is not { IsCompleted: true, SerializedCustomStatus: null, SerializedInput: { } input })
            return Progress?.ConfirmationNumber;
        using JsonDocument state = JsonDocument.Parse(input);
        return state.RootElement.GetProperty("request").GetProperty("confirmationNumber").GetString();
    }

    /// <summary>Called when no work is ready at the current time.</summary>
    public void Quiet()
    {
        // An instance that was purged before its first step and before the hourly watch left nothing: only the audit log has the request.
        if (Latest is { HasBegun: false, EndedAs: not null } purged && Find(InstanceId) is null)
            Closures.Remove(purged);
        bool isIdle = Closures.Count > 0
            && Closures.TrueForAll(closure => world.Witness.RecordedEndOf(closure.ConfirmationNumber) is not null)
            && !ActiveInstances().Any();
        IdleSince = isIdle ? IdleSince ?? world.Now : null;
    }

    public void Resumed() => LastSignOfLife = world.Now;

    private void FindReview(OrchestrationMetadata? instance)
    {
        Review = instance is { IsCompleted: false } ? Progress?.Review : null;
        // A cleanup runs beside its closure's instance, and may need a person as well.
        if (Review is null && (Closures.Count > 1 || instance is null || instance.IsCompleted))
        {
            Review = ActiveInstances()
                .Where(other => other.InstanceId != InstanceId)
                .Select(other => ClosureStatus.Read(other.InstanceId, other.SerializedCustomStatus)?.Review)
                .FirstOrDefault(review => review is not null);
        }
    }

    private IEnumerable<OrchestrationMetadata> ActiveInstances()
    {
        OrchestrationQuery query = new(Statuses: Active, FetchInputsAndOutputs: true);
        return world.Process!.Engine.Client.GetAllInstancesAsync(query).ToBlockingEnumerable();
    }

    private OrchestrationMetadata? Find(string instanceId)
    {
        Task<OrchestrationMetadata?> answer = world.Process!.Engine.Client.GetInstanceAsync(instanceId, getInputsAndOutputs: true);
        return answer.IsCompleted ? answer.GetAwaiter().GetResult()
            : throw new InvalidOperationException("The store does not answer at once.");
    }

    private void End(WatchedClosure closure, OrchestrationMetadata instance)
    {
        if (closure.StoppedAt is not null)
            return;
        closure.StoppedAt = world.Now;
        closure.EndedAs ??= instance.RuntimeStatus;
        if (instance.RuntimeStatus == OrchestrationRuntimeStatus.Completed)
            closure.Output ??= ClosureOutput.Read(instance.SerializedOutput);
        world.Story.Tell("closure", $"{closure.ConfirmationNumber} has ended: {closure.EndInWords}");
    }

    private void Tell()
    {
        if (Progress is not { } progress)
            return;
        string text = $"{progress.Phase}{(progress.Review is { } review ? $" ({review.Code}: {progress.LastError})" : "")}; "
            + $"paid {progress.Withdrawn}, remaining {progress.Remaining}; {progress.WaitingFor ?? "works"}";
        if (text == _lastTold)
            return;
        _lastTold = text;
        world.Story.Tell("closure", progress.NextActionAt is { } at ? $"{text} until {at:yyyy-MM-dd HH:mm:ss}" : text);
    }
}
