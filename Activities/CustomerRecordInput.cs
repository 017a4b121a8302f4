using AccountClosure.Closure;

namespace AccountClosure.Activities;

/// <summary>Input of the activities that change the customer's record.</summary>
public sealed record CustomerRecordInput(string AccountId, string UserId, string ConfirmationNumber, DateTimeOffset At)
{
    public static CustomerRecordInput From(ClosureRequest request, DateTimeOffset at) =>
        new(request.AccountId, request.UserId, request.ConfirmationNumber, at);
}
