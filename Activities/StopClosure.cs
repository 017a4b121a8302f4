using AccountClosure.Closure;
using AccountClosure.Customers;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <param name="Actor">Who stopped the closure, or "system".</param>
/// <param name="ByCleanup">Whether the closure's cleanup stops it and acts for it from then on.</param>
public sealed record StopClosureInput(
    string AccountId, string ConfirmationNumber, DateTimeOffset At, string Actor, string Reason, bool ByCleanup);

/// <param name="Asked">What the closure had asked the broker for before the stop.</param>
/// <param name="RowSince">Time of the last write of the tracking row, UTC; null when there is no row.</param>
/// <param name="EndedAs">How the closure has already ended; null when it has not.</param>
public sealed record StopClosureResult(AskedBefore Asked, DateTimeOffset? RowSince, ClosurePhase? EndedAs = null);

/// <summary>
/// Stops a closure in the tracking: from then on its activities, even late ones, get no permit to sell, send money, or close the account.
/// </summary>
public sealed class StopClosure(IClosureTracking tracking, ICustomerRecords customers)
{
    [Function(nameof(StopClosure))]
    public async Task<StopClosureResult> Run([ActivityTrigger] StopClosureInput input, CancellationToken cancellationToken)
    {
        var stop = new Stop(input.At, input.Actor, input.Reason, input.ByCleanup ? input.At : null);
        var row = await tracking.StopAsync(input.ConfirmationNumber, stop, cancellationToken);
        // The broker may still close the account because an earlier closure asked for that.
        var closeAskedAt = (await tracking.ListAsync(input.AccountId, cancellationToken)).Max(closure => closure.CloseAskedAt);
        bool hasBegun = (await customers.ListClosuresAsync(input.AccountId, cancellationToken)).Contains(input.ConfirmationNumber);
        return new StopClosureResult(
            new AskedBefore(row?.SaleAskedAt, row?.LiquidationAskedAt, closeAskedAt, hasBegun),
            row?.UpdatedAt,
            row is { EndedAt: not null } ? row.ToPhase() : null);
    }
}
