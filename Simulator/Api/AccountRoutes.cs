using AccountClosure.Simulator.Accounts;

namespace AccountClosure.Simulator.Api;

/// <summary>The account itself, its bank, and its closing.</summary>
internal static class AccountRoutes
{
    /// <summary>US dollars that may remain when an account is closed.</summary>
    private const decimal Tolerance = 1.00m;

    public static ApiAnswer Get(RouteCall call) => Json.Answer(200, call, static (json, call) =>
    {
        var account = call.Account!;
        json.WriteStartObject();
        json.WriteString("id", account.Id);
        json.WriteString("account_number", NumberOf(account));
        json.WriteString("status", account.StatusAt(call.Now));
        json.WriteString("currency", "USD");
        json.WriteAmount("last_equity", call.BalancesAtLastClose.Equity);
        json.WriteTime("created_at", account.CreatedAt);
        json.WriteStartObject("contact");
        json.WriteString("email_address", $"customer{account.Number}@example.com");
        json.WriteString("phone_number", "555-555-0100");
        json.WriteStartArray("street_address");
        json.WriteStringValue("20 N San Mateo Dr");
        json.WriteEndArray();
        json.WriteString("city", "San Mateo");
        json.WriteString("state", "CA");
        json.WriteString("postal_code", "94401");
        json.WriteEndObject();
        json.WriteStartObject("identity");
        json.WriteString("given_name", "Customer");
        json.WriteString("family_name", $"Number {account.Number}");
        json.WriteString("date_of_birth", "1970-01-01");
        json.WriteString("country_of_tax_residence", "USA");
        json.WriteStartArray("funding_source");
        json.WriteStringValue("employment_income");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteString("account_name", account.Bank.OwnerName);
        json.WriteString("account_type", "trading");
        json.WriteEndObject();
    });

    public static string NumberOf(Account account) => (900_000_000 + account.Number).ToString();

    public static ApiAnswer ListRelationships(RouteCall call) => Json.Answer(200, call.Account!, static (json, account) =>
    {
        json.WriteStartArray();
        json.WriteStartObject();
        json.WriteString("id", account.Bank.RelationshipId);
        json.WriteTime("created_at", account.Bank.CreatedAt);
        json.WriteTime("updated_at", account.Bank.UpdatedAt);
        json.WriteString("account_id", account.Id);
        json.WriteString("status", account.Bank.Status);
        json.WriteString("account_owner_name", account.Bank.OwnerName);
        json.WriteString("bank_account_type", "CHECKING");
        json.WriteString("bank_account_number", (32_131_000_000 + account.Number).ToString());
        json.WriteString("bank_routing_number", "123103716");
        json.WriteString("nickname", "Main checking");
        json.WriteEndObject();
        json.WriteEndArray();
    });

    public static ApiAnswer Close(RouteCall call)
    {
        var account = call.Account!;
        if (account.IsClosing(call.Now))
            return ApiAnswer.NoContent;
        if (WhyNotClosed(call) is { } reason)
            return reason;
        account.ClosesAt = call.Now + call.Broker.Options.CloseDelay;
        call.Broker.AccountStates.Save(account);
        return ApiAnswer.NoContent;
    }

    private static ApiAnswer? WhyNotClosed(RouteCall call)
    {
        var (account, now) = (call.Account!, call.Now);
        var status = account.StatusAt(now);
        if (status != Account.Active)
            return ApiError.Unprocessable($"account cannot be closed: its status is {status}");
        if (account.AccountBlocked)
            return ApiError.Forbidden("account is blocked");
        if (!call.Broker.Options.EnforcesRules)
            return null;
        if (account.Orders.Exists(order => order.IsOpen(now)))
            return ApiError.Unprocessable("account cannot be closed: it has open orders");
        if (account.Holdings.Exists(holding => account.SharesAt(holding, now) != 0))
            return ApiError.Unprocessable("account cannot be closed: it has open positions");
        if (account.Transfers.Exists(transfer => !TransferWords.IsFinal(transfer.StepAt(now).Meaning)))
            return ApiError.Unprocessable("account cannot be closed: it has pending transfers");
        if (Math.Abs(call.Balances.Cash) > Tolerance)
            return ApiError.Unprocessable("account cannot be closed: its cash balance is not zero");
        return null;
    }

    /// <summary>The refusal of every effect on an account that is not open for it.</summary>
    public static ApiAnswer? WhyNotUsable(RouteCall call)
    {
        var account = call.Account!;
        if (account.IsClosing(call.Now))
            return ApiError.Forbidden("account is being closed");
        if (account.StatusAt(call.Now) is not Account.Active and var status)
            return ApiError.Forbidden(status == Account.Closed ? "account is closed" : $"account status {status} does not permit this");
        return account.AccountBlocked ? ApiError.Forbidden("account is blocked") : null;
    }
}
