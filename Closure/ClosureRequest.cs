namespace AccountClosure.Closure;

/// <summary>The request for a closure. It never changes during the closure.</summary>
/// <param name="AccountId">The broker's account id: a UUID, lower case.</param>
/// <param name="UserId">The firm's id of the customer who asked.</param>
/// <param name="AchRelationshipId">ACH relationship to which the money goes: a UUID, lower case.</param>
/// <param name="Reason">Reason in the customer's words; only the input and the audit log have it.</param>
/// <param name="RequestedAt">Time of the request, UTC.</param>
public sealed record ClosureRequest(
    string AccountId,
    string UserId,
    string AchRelationshipId,
    string Reason,
    string ConfirmationNumber,
    DateTimeOffset RequestedAt);

/// <summary>Ids of the instances. An account has one closure id, so it has only one closure at a time.</summary>
public static class ClosureInstance
{
    public const string Prefix = "closure-";

    public const string CleanupPrefix = "cleanup-";

    public static string IdFor(string accountId) => Prefix + accountId.ToLowerInvariant();

    /// <summary>Prefix of the ids of closures and cleanups, and of no others.</summary>
    public const string CommonPrefix = "cl";

    /// <summary>Id of the instance that finishes what a terminated or failed closure left open.</summary>
    public static string CleanupIdFor(string confirmationNumber) => CleanupPrefix + confirmationNumber.ToLowerInvariant();

    /// <summary>Id of the instance that sends one email.</summary>
    public static string EmailIdFor(Notification notification) =>
        $"email-{notification.ConfirmationNumber}-{notification.Kind}-{notification.Occurrence}".ToLowerInvariant();
}

/// <summary>Payload of the external event of the same name: stop at the next safe point.</summary>
/// <param name="Actor">Who asked.</param>
/// <param name="ConfirmationNumber">
/// Number of the closure to stop, because a later one has the same instance id; null for the one that runs.
/// </param>
public sealed record Cancel(string Actor, string Reason, string? ConfirmationNumber = null);

/// <summary>Payload of the external event of the same name: a person's decision about a closure in manual review.</summary>
/// <param name="Review">Number of the review that the decision answers.</param>
/// <param name="Actor">Who decided.</param>
/// <param name="ConfirmationNumber">Number of the closure to decide about, as in <see cref="Cancel"/>.</param>
public sealed record Resolve(int Review, ReviewChoice Choice, string Actor, string Reason, string? ConfirmationNumber = null);

/// <summary>A person's decision that was not carried out.</summary>
/// <param name="Number">1 for the first decision about its review.</param>
/// <param name="Error">Why it was not carried out.</param>
public sealed record FailedDecision(Resolve Decision, int Number, string? Error);
