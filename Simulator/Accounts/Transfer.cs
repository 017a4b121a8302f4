using System.Text.Json.Serialization;

namespace AccountClosure.Simulator.Accounts;

/// <summary>From <paramref name="At"/> on, until the next step, the transfer has this status.</summary>
/// <param name="Reason">Why, when a bank or a person says so.</param>
/// <param name="MeansStatus">The status as which it counts in the balances; the status itself when null.</param>
internal sealed record TransferStep(string Status, DateTimeOffset At, string? Reason = null, string? MeansStatus = null)
{
    /// <summary>What the status means to the broker, who may have a word for it that nobody else knows.</summary>
    [JsonIgnore]
    public string Meaning => MeansStatus ?? Status;
}

/// <summary>An ACH transfer and everything that will become of it unless someone interferes.</summary>
internal sealed class Transfer
{
    public const string Incoming = "INCOMING";
    public const string Outgoing = "OUTGOING";

    public required string Id { get; init; }

    public required string RelationshipId { get; init; }

    public required decimal Amount { get; init; }

    public required string Direction { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>For a transfer that the account was created with: its money is part of the opening cash up to this instant.</summary>
    public DateTimeOffset? StepsTakenUntil { get; init; }

    /// <summary>In the order of time; never empty, the first at <see cref="CreatedAt"/>.</summary>
    public required List<TransferStep> Steps { get; init; }

    [JsonIgnore]
    public bool IsOutgoing => Direction == Outgoing;

    public TransferStep StepAt(DateTimeOffset time)
    {
        var last = Steps.Count - 1;
        while (last > 0 && Steps[last].At > time)
            last--;
        return Steps[last];
    }

    /// <summary>Nothing that was to come happens; instead the transfer has this status from now on.</summary>
    public void Divert(TransferStep step)
    {
        Steps.RemoveAll(planned => planned.At >= step.At && planned != Steps[0]);
        Steps.Add(step);
    }
}

internal static class TransferWords
{
    public const string Queued = "QUEUED";
    public const string ApprovalPending = "APPROVAL_PENDING";
    public const string Pending = "PENDING";
    public const string SentToClearing = "SENT_TO_CLEARING";
    public const string Approved = "APPROVED";
    public const string Complete = "COMPLETE";
    public const string Rejected = "REJECTED";
    public const string Canceled = "CANCELED";
    public const string Returned = "RETURNED";

    /// <summary>Still with the broker, so that it can be cancelled.</summary>
    public static bool CanBeCanceled(string status) => status is Queued or ApprovalPending or Pending;

    /// <summary>The money has arrived on the other side.</summary>
    public static bool HasArrived(string status) => status is Complete or "SETTLED";

    /// <summary>The money is back where it came from.</summary>
    public static bool HasFailed(string status) => status is Rejected or Canceled or Returned or "EXPIRED";

    public static bool IsFinal(string status) => HasArrived(status) || HasFailed(status);

    /// <summary>The money never left, so it does not count towards the daily limit.</summary>
    public static bool NeverLeft(string status) => status is Rejected or Canceled or "EXPIRED";
}
