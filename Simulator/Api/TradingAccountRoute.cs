using AccountClosure.Simulator.Market;

namespace AccountClosure.Simulator.Api;

/// <summary>The money of an account: a cash account without margin, so what there is can be spent once.</summary>
internal static class TradingAccountRoute
{
    public static ApiAnswer Get(RouteCall call) => Json.Answer(200, call, static (json, call) =>
    {
        var account = call.Account!;
        var balances = call.LaggingBalances(call.Broker.Options.BalanceLag);
        var last = call.BalancesAtLastClose;
        var buyingPower = Math.Max(0m, balances.Cash - balances.Reserved);
        var lastBuyingPower = Math.Max(0m, last.Cash);
        json.WriteStartObject();
        json.WriteString("id", account.Id);
        json.WriteString("account_number", AccountRoutes.NumberOf(account));
        json.WriteString("status", account.StatusAt(call.Now));
        json.WriteString("currency", "USD");
        json.WriteAmount("buying_power", buyingPower);
        json.WriteAmount("regt_buying_power", buyingPower);
        json.WriteAmount("daytrading_buying_power", 0);
        json.WriteAmount("non_marginable_buying_power", buyingPower);
        json.WriteAmount("cash", balances.Cash);
        json.WriteAmount("cash_withdrawable", balances.Withdrawable);
        json.WriteAmount("cash_transferable", balances.Withdrawable);
        json.WriteAmount("accrued_fees", 0);
        json.WriteAmount("pending_transfer_out", balances.PendingOut + account.UnlistedPending.Out);
        json.WriteAmount("pending_transfer_in", balances.PendingIn + account.UnlistedPending.In);
        json.WriteAmount("portfolio_value", balances.Equity);
        json.WriteBoolean("pattern_day_trader", false);
        json.WriteBoolean("trading_blocked", account.TradingBlocked);
        json.WriteBoolean("transfers_blocked", account.TransfersBlocked);
        json.WriteBoolean("account_blocked", account.AccountBlocked);
        json.WriteTime("created_at", account.CreatedAt);
        json.WriteBoolean("trade_suspended_by_user", false);
        json.WriteString("multiplier", "1");
        json.WriteBoolean("shorting_enabled", false);
        json.WriteAmount("equity", balances.Equity);
        json.WriteAmount("last_equity", last.Equity);
        json.WriteAmount("long_market_value", balances.MarketValue);
        json.WriteAmount("short_market_value", 0);
        json.WriteAmount("initial_margin", balances.MarketValue);
        json.WriteAmount("maintenance_margin", balances.MarketValue);
        json.WriteAmount("last_maintenance_margin", last.MarketValue);
        json.WriteAmount("sma", 0);
        json.WriteNumber("daytrade_count", 0);
        json.WriteString("previous_close", NewYork.Local(call.LastClose));
        json.WriteAmount("last_long_market_value", last.MarketValue);
        json.WriteAmount("last_short_market_value", 0);
        json.WriteAmount("last_cash", last.Cash);
        json.WriteAmount("last_initial_margin", last.MarketValue);
        json.WriteAmount("last_regt_buying_power", lastBuyingPower);
        json.WriteAmount("last_daytrading_buying_power", 0);
        json.WriteAmount("last_buying_power", lastBuyingPower);
        json.WriteNumber("last_daytrade_count", 0);
        json.WriteString("clearing_broker", "SIMULATED");
        json.WriteEndObject();
    });
}
