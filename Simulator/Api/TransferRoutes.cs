using System.Text.Json;
using AccountClosure.Simulator.Accounts;

namespace AccountClosure.Simulator.Api;

internal static class TransferRoutes
{
    private const int LargestLimit = 1000;

    /// <summary>The newest first, unless <see cref="SimulatorOptions.TransfersOldestFirst"/> says otherwise.</summary>
    public static ApiAnswer List(RouteCall call)
    {
        var query = call.Query;
        if (!query.TryWord("direction", out var direction, "", Transfer.Outgoing, Transfer.Incoming))
            return ApiError.Malformed("direction must be INCOMING or OUTGOING");
        if (!query.TryNumber("limit", 100, 1, LargestLimit, out var limit))
            return ApiError.Malformed($"limit must be a number between 1 and {LargestLimit}");
        if (!query.TryNumber("offset", 0, 0, int.MaxValue, out var offset))
            return ApiError.Malformed("offset must be a number of 0 or more");
        var options = call.Broker.Options;
        var seen = call.Lagging(options.ListLag);
        var listed = call.Account!.Transfers.Where(
            transfer => (direction.Length == 0 || transfer.Direction == direction) && transfer.CreatedAt <= seen.Now);
        var page = (options.TransfersOldestFirst ? listed : listed.Reverse()).Skip(offset).Take(Math.Min(limit, options.TransfersPerPage));
        return Json.Answer(200, (page, call: seen), static (json, state) =>
        {
            json.WriteStartArray();
            foreach (var transfer in state.page)
                Write(json, transfer, state.call);
            json.WriteEndArray();
        });
    }

    public static ApiAnswer Create(RouteCall call)
    {
        if (AccountRoutes.WhyNotUsable(call) is { } reason)
            return reason;
        var refusal = TransferRequest.Read(call.Request.Body, out var request) ?? WhyNotAccepted(call, request);
        if (refusal is not null)
            return refusal;
        var transfer = TransferDesk.Create(call.Broker, call.Account!, request.Amount, request.Direction, call.Now);
        return Json.Answer(200, (transfer, call), static (json, created) => Write(json, created.transfer, created.call));
    }

    /// <summary>A transfer can be called back until it is sent to clearing.</summary>
    public static ApiAnswer Cancel(RouteCall call)
    {
        var transfer = call.Account!.Transfers.Find(transfer => transfer.Id == call.Item);
        if (transfer is null)
            return ApiError.NotFound("transfer not found");
        if (AccountRoutes.WhyNotUsable(call) is { } reason)
            return reason;
        var status = transfer.StepAt(call.Now).Status;
        if (!TransferWords.CanBeCanceled(status))
            return ApiError.Unprocessable($"transfer cannot be canceled: its status is {status}");
        transfer.Divert(new TransferStep(TransferWords.Canceled, call.Now));
        call.Broker.AccountStates.Save(call.Account, transfer);
        return ApiAnswer.NoContent;
    }

    private static ApiAnswer? WhyNotAccepted(RouteCall call, TransferRequest request)
    {
        var account = call.Account!;
        if (request.RelationshipId != account.Bank.RelationshipId)
            return ApiError.Unprocessable("ach relationship not found for this account");
        if (account.Bank.Status != "APPROVED")
            return ApiError.Unprocessable($"ach relationship is not approved: its status is {account.Bank.Status}");
        if (account.TransfersBlocked)
            return ApiError.Forbidden(
                $"transfers are blocked: account lacks {(request.Direction == Transfer.Outgoing ? "withdrawable" : "depositable")} status");
        if (request.Direction == Transfer.Incoming || !call.Broker.Options.EnforcesRules)
            return null;
        if (request.Amount > call.Balances.Withdrawable)
            return NotEnoughCash(call.Balances.Withdrawable);
        return IsOverLimit(call, request.Amount, out var limit)
            ? ApiError.From(
                call.Broker.Options.DailyLimitStatus,
                call.Broker.Options.DailyLimitStatus * 100_000 + 10_000,
                $"maximum total daily transfer allowed is ${limit:N2}")
            : null;
    }

    private static bool IsOverLimit(RouteCall call, decimal amount, out decimal limit)
    {
        limit = call.Account!.DailyTransferLimit ?? call.Broker.Options.DailyTransferLimit;
        return call.Broker.Faults.Strikes(FaultKind.LimitRefused, call.Account.Id) is not null
            || call.Account.SentInLastDay(call.Now) + amount > limit;
    }

    private static ApiAnswer NotEnoughCash(decimal withdrawable) => Json.Answer(403, withdrawable, static (json, withdrawable) =>
    {
        json.WriteStartObject();
        json.WriteNumber("code", 40310000);
        json.WriteString("message", "insufficient withdrawable cash");
        json.WriteAmount("cash_withdrawable", withdrawable);
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, Transfer transfer, RouteCall call)
    {
        var step = transfer.StepAt(call.Now);
        json.WriteStartObject();
        json.WriteString("id", transfer.Id);
        json.WriteString("relationship_id", transfer.RelationshipId);
        json.WriteString("account_id", call.Account!.Id);
        json.WriteString("type", "ach");
        json.WriteString("status", step.Status);
        json.WriteString("reason", step.Reason);
        json.WriteAmount("amount", transfer.Amount);
        json.WriteString("direction", transfer.Direction);
        json.WriteTime("created_at", transfer.CreatedAt);
        json.WriteTime("updated_at", step.At);
        json.WriteTime("expires_at", transfer.ExpiresAt);
        json.WriteNull("additional_information");
        json.WriteEndObject();
    }
}
