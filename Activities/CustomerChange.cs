using AccountClosure.Closure;

namespace AccountClosure.Activities;

/// <summary>The input of the activities that change the customer's record.</summary>
/// <param name="IsReopened">Of a restoration: the account had been found closed, and others have opened it again.</param>
public sealed record CustomerChange(string AccountId, string UserId, string ConfirmationNumber, DateTimeOffset At, bool IsReopened = false)
{
    public static CustomerChange Of(ClosureRequest request, DateTimeOffset at) =>
        new(request.AccountId, request.UserId, request.ConfirmationNumber, at);
}
