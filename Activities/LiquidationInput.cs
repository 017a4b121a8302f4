using AccountClosure.Closure;

namespace AccountClosure.Activities;

/// <summary>The input of the activities that cancel orders and sell positions.</summary>
/// <param name="BrokerTime">When the poll that led to the request was made, UTC, by the broker's clock.</param>
public sealed record LiquidationInput(string AccountId, string ConfirmationNumber, DateTimeOffset BrokerTime)
{
    public static LiquidationInput From(ClosureState state, Holdings holdings) =>
        new(state.Request.AccountId, state.Request.ConfirmationNumber, holdings.BrokerTime);
}
