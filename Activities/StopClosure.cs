using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Stops a closure in the tracking: from then on nothing of it, however late, may begin to change anything at the broker.</summary>
public sealed class StopClosure(IClosureTracking tracking)
{
    /// <param name="Actor">Who stopped it, or "system".</param>
    public sealed record Input(string ConfirmationNumber, DateTimeOffset At, string Actor, string Reason);

    /// <param name="Asked">What the broker had been asked for before.</param>
    /// <param name="RowSince">When the tracking was last written, UTC; null when the closure has none.</param>
    public sealed record Result(AskedBefore Asked, DateTimeOffset? RowSince);

    [Function(nameof(StopClosure))]
    public async Task<Result> Run([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        var row = await tracking.StopAsync(input.ConfirmationNumber, new Stop(input.At, input.Actor, input.Reason), cancellationToken);
        return new Result(new AskedBefore(row?.SaleAskedAt, row?.LiquidationAskedAt, row?.CloseAskedAt), row?.UpdatedAt);
    }
}
