namespace AccountClosure.Closure;

/// <summary>A transfer of an account as the broker shows it, whoever made it.</summary>
/// <param name="AchRelationshipId">Null for transfers that are not ACH, and where the broker does not name it.</param>
/// <param name="CreatedAt">Time of creation, UTC, by the broker's clock; the rolling limit counts from it.</param>
/// <param name="Reason">The broker's or the bank's reason for the status; null without one.</param>
/// <param name="IsWire">Whether the broker calls it a wire.</param>
/// <param name="UpdatedAt">Time at which the status last changed, UTC, by the broker's clock; null when the broker does not say.</param>
public sealed record BrokerTransfer(
    string Id,
    string? AchRelationshipId,
    Money Amount,
    TransferDirection Direction,
    TransferStatus Status,
    DateTimeOffset CreatedAt,
    string? Reason = null,
    bool IsWire = false,
    DateTimeOffset? UpdatedAt = null);

public enum TransferDirection
{
    Incoming,
    Outgoing,
}
