using System.Globalization;
using System.Text.Json;
using AccountClosure.Simulator.Accounts;

namespace AccountClosure.Simulator.Api;

/// <summary>The body of a request for a transfer, checked as far as that needs no account.</summary>
/// <param name="Amount">US dollars and cents, greater than zero.</param>
internal readonly record struct TransferRequest(string RelationshipId, decimal Amount, string Direction)
{
    /// <returns>The refusal, or null when the request can be read.</returns>
    public static ApiAnswer? Read(ReadOnlyMemory<byte> body, out TransferRequest request)
    {
        request = default;
        JsonElement json;
        try
        {
            using var document = JsonDocument.Parse(body);
            json = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return ApiError.Malformed("request body format is invalid");
        }
        if (json.ValueKind != JsonValueKind.Object)
            return ApiError.Malformed("request body format is invalid");
        if (Text(json, "transfer_type") != "ach")
            return ApiError.Unprocessable("transfer_type must be ach");
        if (Text(json, "timing") != "immediate")
            return ApiError.Unprocessable("timing must be immediate");
        if (Text(json, "direction") is not (Transfer.Outgoing or Transfer.Incoming))
            return ApiError.Unprocessable("direction must be INCOMING or OUTGOING");
        if (Text(json, "relationship_id") is not { Length: > 0 } relationshipId)
            return ApiError.Unprocessable("relationship_id is required");
        if (!decimal.TryParse(Text(json, "amount"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            return ApiError.Unprocessable("amount must be a decimal number as a string");
        if (amount <= 0)
            return ApiError.Unprocessable("amount must be > 0.00");
        if (decimal.Round(amount, 2) != amount)
            return ApiError.Unprocessable("amount must not have more than two decimals");
        request = new TransferRequest(relationshipId, amount, Text(json, "direction")!);
        return null;
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
