using System.Text.Json;
using AccountClosure.Closure;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Simulation.World;

/// <summary>One closure of the account, as an observer sees it.</summary>
internal sealed class WatchedClosure(string confirmationNumber, IReadOnlySet<string> before)
{
    public string ConfirmationNumber { get; } = confirmationNumber;

    /// <summary>Transfers that were there when it began.</summary>
    public IReadOnlySet<string> Before { get; } = before;

    /// <summary>When its instance was seen ended: from here on it may do nothing more.</summary>
    public DateTimeOffset? StoppedAt { get; set; }

    /// <summary>When its instance was seen ended, or later its books closed.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>It ended by itself, or what it had left open was followed to its end.</summary>
    public bool BooksAreClosed { get; set; }

    public OrchestrationRuntimeStatus? EndedAs { get; set; }

    /// <summary>Null unless it ended by itself.</summary>
    public ClosureResult? Result { get; set; }
}

/// <summary>Follows the account's closures by what the durable client shows to everybody.</summary>
internal sealed class ClosureWatch(SimulatedWorld world)
{
    private string? _lastTold;
    private string? _lastStatus;

    public List<WatchedClosure> Closures { get; } = [];

    public WatchedClosure? Latest => Closures.Count == 0 ? null : Closures[^1];

    /// <summary>What the custom status says; null before the first one.</summary>
    public ClosureProgress? Progress { get; private set; }

    public OrchestrationRuntimeStatus? Status { get; private set; }

    /// <summary>The last turn, restart, or resumption.</summary>
    public DateTimeOffset LastSignOfLife { get; private set; }

    /// <summary>A person skipped a transfer that the broker has perhaps made: the ledger cannot know of it.</summary>
    public bool LeftATransferAside { get; set; }

    public bool HasEnded => Closures.Count > 0 && Closures.TrueForAll(closure => closure.BooksAreClosed);

    /// <summary>When the last of what any of them had to do was done.</summary>
    public DateTimeOffset EndedAt => Closures.Max(closure => closure.EndedAt) ?? DateTimeOffset.MaxValue;

    private string InstanceId => ClosureInstance.IdFor(world.Account.AccountId);

    public void Look()
    {
        LastSignOfLife = world.Now;
        if (Find(InstanceId) is not { } instance)
            return;
        Status = instance.RuntimeStatus;
        if (instance.SerializedCustomStatus is { } status && status != _lastStatus)
        {
            _lastStatus = status;
            Progress = JsonSerializer.Deserialize<ClosureProgress>(status, ClosureJson.Options);
        }
        if (Progress is null)
            return;
        if (Latest?.ConfirmationNumber != Progress.ConfirmationNumber)
        {
            HashSet<string> before = [.. world.Books().Transfers.Select(transfer => transfer.Id)];
            Closures.Add(new WatchedClosure(Progress.ConfirmationNumber, before));
        }
        if (instance.IsCompleted && Latest!.EndedAt is null)
            End(Latest, instance);
        Tell();
    }

    /// <summary>Nothing is ready: whatever had to happen at this time has happened.</summary>
    public void Quiet()
    {
        foreach (WatchedClosure closure in Closures)
        {
            if (closure.BooksAreClosed || closure.StoppedAt is null || !AreBooksClosed(closure))
                continue;
            closure.BooksAreClosed = true;
            closure.EndedAt = world.Now;
        }
    }

    public void Resumed() => LastSignOfLife = world.Now;

    private bool AreBooksClosed(WatchedClosure closure) =>
        closure.EndedAs == OrchestrationRuntimeStatus.Completed
        || Find(ClosureInstance.CleanupIdFor(closure.ConfirmationNumber)) is { IsCompleted: true };

    private OrchestrationMetadata? Find(string instanceId)
    {
        Task<OrchestrationMetadata?> answer = world.Process!.Engine.Client.GetInstanceAsync(instanceId, getInputsAndOutputs: true);
        return answer.IsCompleted ? answer.GetAwaiter().GetResult() : throw new InvalidOperationException("The store does not answer at once.");
    }

    private void End(WatchedClosure closure, OrchestrationMetadata instance)
    {
        closure.StoppedAt = closure.EndedAt = world.Now;
        closure.EndedAs = instance.RuntimeStatus;
        if (instance.RuntimeStatus == OrchestrationRuntimeStatus.Completed)
            closure.Result = JsonSerializer.Deserialize<ClosureResult>(instance.SerializedOutput!, ClosureJson.Options);
        world.Story.Tell("closure", $"{closure.ConfirmationNumber} has ended: {closure.Result?.Outcome.ToString() ?? instance.RuntimeStatus.ToString()}");
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
