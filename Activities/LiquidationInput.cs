using AccountClosure.Closure;

namespace AccountClosure.Activities;

/// <summary>Input of the activities that cancel orders and sell positions.</summary>
/// <param name="BrokerTime">Time of the poll that led to the request, UTC, by the broker's clock.</param>
public sealed record LiquidationInput(string AccountId, string ConfirmationNumber, DateTimeOffset BrokerTime)
{
    public static LiquidationInput From(ClosureState state, Holdings holdings) =>
        new(state.Request.AccountId, state.Request.ConfirmationNumber, holdings.BrokerTime);
}
