using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Activities;

/// <summary>Asks the broker to cancel every open order. A repeated request has no further effect.</summary>
public sealed class CancelOrders(IBroker broker, IClosureTracking tracking, TimeProvider time)
{
    /// <returns>False when the closure is no longer liquidating or the broker's answer was lost; the caller polls and asks again.</returns>
    [Function(nameof(CancelOrders))]
    public async Task<bool> Run(
        [ActivityTrigger] LiquidationInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        try
        {
            await broker.CancelAllOrdersAsync(input.AccountId, MayAsk, cancellationToken);
            return true;
        }
        catch (BrokerException doubt) when (doubt.Kind is BrokerErrorKind.InDoubt or BrokerErrorKind.Withheld)
        {
            return false;
        }

        async Task<bool> MayAsk(CancellationToken cancellation) =>
            await client.IsRunningInAsync(
                ClosureInstance.IdFor(input.AccountId), input.ConfirmationNumber, [ClosurePhase.Liquidating], cancellation)
            && await tracking.MayAskAsync(time, input.ConfirmationNumber, BrokerRequestKind.CancelOrders, input.BrokerTime, cancellation);
    }
}
