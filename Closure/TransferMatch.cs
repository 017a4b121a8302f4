namespace AccountClosure.Closure;

public enum TransferMatchKind
{
    /// <summary>No transfer at the broker can be the intent's.</summary>
    None,

    /// <summary>Exactly one can: it is adopted.</summary>
    One,

    /// <summary>Two or more can: a person decides.</summary>
    Ambiguous,
}

/// <summary>
/// Which of the broker's transfers is the one that an intent asked for. The Broker API has no idempotency key, so identity is what the
/// request fixed: direction, bank, amount to the cent, and a creation not before the intent; a transfer bound to another intent
/// is out of the question.
/// </summary>
public sealed record TransferMatch(TransferMatchKind Kind, OutgoingTransfer? Transfer)
{
    public static TransferMatch Find(
        IEnumerable<OutgoingTransfer> transfers,
        string achRelationshipId,
        Money amount,
        DateTimeOffset notBefore,
        IReadOnlySet<string> boundToOthers)
    {
        var candidates = transfers
            .Where(transfer => string.Equals(transfer.AchRelationshipId, achRelationshipId, StringComparison.OrdinalIgnoreCase)
                && transfer.Amount == amount
                && transfer.CreatedAt >= notBefore
                && !boundToOthers.Contains(transfer.Id))
            .Take(2)
            .ToList();
        return candidates switch
        {
            [] => new TransferMatch(TransferMatchKind.None, null),
            [var only] => new TransferMatch(TransferMatchKind.One, only),
            _ => new TransferMatch(TransferMatchKind.Ambiguous, null),
        };
    }

    /// <summary>Whether two intents, with the same bank and the same amount, could match the same transfer.</summary>
    public static bool CouldBe(Money amount, string achRelationshipId, Money otherAmount, string otherRelationshipId) =>
        amount == otherAmount && string.Equals(achRelationshipId, otherRelationshipId, StringComparison.OrdinalIgnoreCase);
}
