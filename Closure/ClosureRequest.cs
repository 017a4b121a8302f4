namespace AccountClosure.Closure;

/// <summary>What was asked for, and by whom. Fixed for the life of the closure.</summary>
/// <param name="AccountId">The broker's account id: a UUID, lower case.</param>
/// <param name="UserId">The firm's id of the customer who asked.</param>
/// <param name="AchRelationshipId">Where the money goes: a UUID, lower case.</param>
/// <param name="Reason">In the customer's words; kept in the input and the audit log only.</param>
/// <param name="RequestedAt">UTC.</param>
public sealed record ClosureRequest(
    string AccountId,
    string UserId,
    string AchRelationshipId,
    string Reason,
    string ConfirmationNumber,
    DateTimeOffset RequestedAt);

/// <summary>The instance id of an account's closure: one closure per account, by construction.</summary>
public static class ClosureInstance
{
    public const string Prefix = "closure-";

    public const string CleanupPrefix = "cleanup-";

    public static string IdFor(string accountId) => Prefix + accountId.ToLowerInvariant();

    /// <summary>What the ids of closures and cleanups begin with, and no others.</summary>
    public const string CommonPrefix = "cl";

    /// <summary>The instance that finishes what a terminated or failed closure left open.</summary>
    public static string CleanupIdFor(string confirmationNumber) => CleanupPrefix + confirmationNumber.ToLowerInvariant();

    /// <summary>The instance that sends one email.</summary>
    public static string EmailIdFor(Notification notification) =>
        $"email-{notification.ConfirmationNumber}-{notification.Kind}-{notification.Occurrence}".ToLowerInvariant();
}

/// <summary>The payload of the external event of the same name: stop at the next safe point.</summary>
/// <param name="Actor">Who asked.</param>
/// <param name="ConfirmationNumber">
/// Number of the closure to stop, because a later one has the same instance id; null for whichever is running.
/// </param>
public sealed record Cancel(string Actor, string Reason, string? ConfirmationNumber = null);

/// <summary>The payload of the external event of the same name: a person's decision about a closure in manual review.</summary>
/// <param name="Review">Number of the review that the decision answers.</param>
/// <param name="Actor">Who decided.</param>
/// <param name="ConfirmationNumber">Number of the closure to decide about, as in <see cref="Cancel"/>.</param>
public sealed record Resolve(int Review, ReviewChoice Choice, string Actor, string Reason, string? ConfirmationNumber = null);

/// <summary>A person's decision that was not carried out.</summary>
/// <param name="Number">1 for the first decision about its review.</param>
/// <param name="Error">What kept it from being carried out.</param>
public sealed record FailedDecision(Resolve Decision, int Number, string? Error);
