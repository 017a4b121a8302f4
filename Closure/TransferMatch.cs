namespace AccountClosure.Closure;

public enum TransferMatchKind
{
    /// <summary>No transfer at the broker can be the intent's.</summary>
    None,

    /// <summary>Exactly one transfer can be the intent's: it is adopted.</summary>
    One,

    /// <summary>Several transfers can be the intent's, or one for which the broker does not name the bank: a person decides.</summary>
    Ambiguous,
}

/// <summary>
/// Finds the broker's transfer that an intent asked for. The Broker API has no idempotency key, so the match uses what the request fixed:
/// direction, bank, amount to the cent, and a creation not before the intent. A transfer that is bound to another intent never matches. The
/// API does not promise the bank in its list: a transfer without one can be the intent's, and is not adopted.
/// </summary>
/// <param name="Transfer">The only one that can be the intent's; null when there are none or several.</param>
public sealed record TransferMatch(TransferMatchKind Kind, BrokerTransfer? Transfer)
{
    public static TransferMatch Find(
        IEnumerable<BrokerTransfer> transfers,
        string achRelationshipId,
        Money amount,
        DateTimeOffset notBefore,
        IReadOnlySet<string> boundToOthers)
    {
        var candidates = transfers
            .Where(transfer => CouldGoTo(achRelationshipId, transfer)
                && transfer.Amount == amount
                && transfer.CreatedAt >= notBefore
                && !boundToOthers.Contains(transfer.Id))
            .Take(2)
            .ToList();
        return candidates switch
        {
            [] => new TransferMatch(TransferMatchKind.None, null),
            [{ AchRelationshipId: null } unnamed] => new TransferMatch(TransferMatchKind.Ambiguous, unnamed),
            [var only] => new TransferMatch(TransferMatchKind.One, only),
            _ => new TransferMatch(TransferMatchKind.Ambiguous, null),
        };
    }

    private static bool CouldGoTo(string achRelationshipId, BrokerTransfer transfer) => transfer.AchRelationshipId is { } named
        ? string.Equals(named, achRelationshipId, StringComparison.OrdinalIgnoreCase)
        : !transfer.IsWire;

    /// <summary>Explains why the match is ambiguous, for the person who decides.</summary>
    /// <param name="isUnasked">
    /// Whether the ledger has no attempt: as far as it knows, the broker was never asked for the intent's transfer.
    /// </param>
    public string Explain(Money amount, int sequence, bool isUnasked)
    {
        if (Transfer is null && !isUnasked)
            return $"Two transfers of {amount.ForPeople()} could be transfer {sequence}.";
        var doubt = isUnasked
            ? "as far as the ledger knows, this closure did not request it"
            : "the broker does not say to which bank it goes";
        return $"It is not certain whether a transfer of {amount.ForPeople()} is transfer {sequence}: {doubt}.";
    }

    /// <summary>Whether two intents, with the same bank and the same amount, could match the same transfer.</summary>
    public static bool CouldBe(Money amount, string achRelationshipId, Money otherAmount, string otherRelationshipId) =>
        amount == otherAmount && string.Equals(achRelationshipId, otherRelationshipId, StringComparison.OrdinalIgnoreCase);
}
