using System.Text.RegularExpressions;
using AccountClosure.Simulator.Accounts;
using static AccountClosure.Simulator.ControlException;

namespace AccountClosure.Simulator.Controls;

/// <summary>What a control may be given, apart from what only the account can tell.</summary>
internal static partial class AccountRules
{
    public static void RequireOrder(NewOrder order)
    {
        RequireSymbol(order.Symbol);
        Require(order.Qty > 0, "qty must be greater than zero.");
        Require(order.Side is Order.Buy or Order.Sell, "side must be buy or sell.");
        Require(order.LimitPrice is null or > 0, "limitPrice must be greater than zero.");
        Require(order.FillsAfterSeconds is null or >= 0 and < 1e9, "fillsAfterSeconds must be zero or more.");
    }

    public static void RequireTransfer(NewTransfer transfer)
    {
        var isWholeCents = decimal.Round(transfer.Amount, 2) == transfer.Amount;
        Require(transfer.Amount > 0 && isWholeCents, "amount must be greater than zero, in whole cents.");
        Require(transfer.Direction is Transfer.Outgoing or Transfer.Incoming, "direction must be OUTGOING or INCOMING.");
        Require(transfer.HoursAgo is >= 0 and < 100_000, "hoursAgo must be zero or more and below 100000.");
        Require(transfer.TransferHours is null or > 0 and < 10_000, "transferHours must be greater than zero and below 10000.");
        if (transfer.Status is { } status)
            RequireWord(status, "status");
    }

    public static void RequireSymbol(string symbol) =>
        Require(SymbolForm().IsMatch(symbol), "symbol must be one to ten capital letters, digits or dots.");

    /// <summary>Statuses are an open set at the broker, and unknown ones are worth testing.</summary>
    public static void RequireWord(string word, string field) =>
        Require(WordForm().IsMatch(word), $"{field} must be a word in capital letters such as ACTIVE.");

    [GeneratedRegex("^[A-Z0-9.]{1,10}$", RegexOptions.None, 1000)]
    private static partial Regex SymbolForm();

    [GeneratedRegex("^[A-Z][A-Z_]{0,39}$", RegexOptions.None, 1000)]
    private static partial Regex WordForm();
}
