using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Activities;

/// <param name="IsCertain">
/// Whether the broker certainly accepted the request. The broker also answers 500 when it cannot sell some positions. It is then unknown
/// what it did, so the caller polls and asks again.
/// </param>
/// <param name="Refusals">Number of positions that the broker refused to sell.</param>
public sealed record ClosePositionsResult(bool IsCertain, int Refusals);

/// <summary>
/// Asks the broker to sell every position. A repeated request does not sell twice: the broker cancels the first sale orders
/// (<c>cancel_orders=true</c>) and sells what the account still holds.
/// </summary>
public sealed class ClosePositions(IBroker broker, IClosureTracking tracking, TimeProvider time)
{
    [Function(nameof(ClosePositions))]
    public async Task<ClosePositionsResult> Run(
        [ActivityTrigger] LiquidationInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        try
        {
            var results = await broker.CloseAllPositionsAsync(input.AccountId, MayAsk, cancellationToken);
            return new ClosePositionsResult(IsCertain: true, results.Count(result => !result.Succeeded));
        }
        catch (BrokerException doubt) when (doubt.Kind is BrokerErrorKind.InDoubt or BrokerErrorKind.Withheld)
        {
            return new ClosePositionsResult(IsCertain: false, 0);
        }

        async Task<bool> MayAsk(CancellationToken cancellation) =>
            await client.IsRunningInAsync(
                ClosureInstance.IdFor(input.AccountId), input.ConfirmationNumber, [ClosurePhase.Liquidating], cancellation)
            && await tracking.MayAskAsync(time, input.ConfirmationNumber, BrokerRequestKind.Sale, input.BrokerTime, cancellation);
    }
}
