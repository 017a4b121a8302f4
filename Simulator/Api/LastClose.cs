using AccountClosure.Simulator.Accounts;
using AccountClosure.Simulator.Market;

namespace AccountClosure.Simulator.Api;

/// <summary>What the account was worth at the last close of the market, or when it was opened if that is later.</summary>
internal readonly record struct LastClose(DateTimeOffset Time, decimal Cash, decimal MarketValue)
{
    public decimal Equity => Cash + MarketValue;

    public static LastClose Of(RouteCall call)
    {
        var account = call.Account!;
        var close = ExchangeCalendar.LastClosed(call.Now).ClosesAt;
        var time = close > account.CreatedAt ? close : account.CreatedAt;
        var balances = Balances.Of(account, time, call.Broker.Holds);
        return new LastClose(close, balances.Cash, balances.MarketValue);
    }
}
