using AccountClosure.Simulation.World;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Simulation.Invariants;

/// <summary>
/// A closure that has not ended shows what it waits for and until when, keeps that time, and finally ends. People repair it only
/// through the decisions that it requests.
/// </summary>
internal sealed class NeverSilentlyStuck : Invariant
{
    // The worst case: late activities with all their retries and time-outs, one after the other.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(8);

    public override string Name => "never silently stuck";

    public override void WhenQuiet(SimulatedWorld world)
    {
        if (world.Watch is not { Progress: { } progress, Status: OrchestrationRuntimeStatus.Running, Latest.StoppedAt: null } watch)
            return;
        if (progress.NextActionAt is { } next && next > watch.LastSignOfLife)
        {
            if (world.Now > next + Longest)
                world.Violate(this, $"in {progress.Phase}, what was to happen at {next:u} has not happened");
            if (progress.WaitingFor is null)
                world.Violate(this, $"in {progress.Phase}, it waits and does not say for what");
        }
        else if (world.Now > watch.LastSignOfLife + Longest)
        {
            world.Violate(this, $"in {progress.Phase}, nothing has happened since {watch.LastSignOfLife:u} and nothing is to happen");
        }
    }

    public override void WhenPatienceEnds(SimulatedWorld world)
    {
        if (world.Watch.Latest is not { } closure)
            world.Violate(this, "the closure was asked for and never began");
        else if (closure.StoppedAt is null)
            world.Violate(
                this,
                $"without any more faults it did not end in {world.Episodes} episodes; it is in "
                    + $"{world.Watch.Progress?.Phase}: {world.Watch.Progress?.LastError}");
        else if (world.Watch.Review is { } review)
            world.Violate(this, $"an orchestration beside the closure waits for a person, whose decisions do not end it: {review.Code}");
        else
            world.Violate(
                this,
                $"a closure ended as {closure.EndInWords}; without a recorded end are "
                    + $"{world.Watch.Unrecorded}; what they left open was never followed to its end");
    }
}
