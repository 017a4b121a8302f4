using System.Text.Json;
using System.Text.Json.Serialization;

namespace AccountClosure.Closure;

/// <summary>Stage that a status belongs to.</summary>
public enum TransferStage
{
    /// <summary>Not final: QUEUED, APPROVAL_PENDING, PENDING, SENT_TO_CLEARING, APPROVED, and every unknown word.</summary>
    InProgress,

    /// <summary>The money has arrived: COMPLETE, SETTLED. A return can still follow.</summary>
    Completed,

    /// <summary>The bank sent the money back: RETURNED.</summary>
    Returned,

    /// <summary>The money never left: REJECTED, CANCELED, EXPIRED.</summary>
    Failed,
}

/// <summary>
/// Status of a transfer in the broker's words. The set is open (the Broker API adds values): an unknown status is
/// <see cref="TransferStage.InProgress"/>, so that no decision rests on a word that we do not know.
/// </summary>
[JsonConverter(typeof(TransferStatusJsonConverter))]
public readonly record struct TransferStatus(string Raw)
{
    public TransferStage Stage => Raw switch
    {
        "COMPLETE" or "SETTLED" => TransferStage.Completed,
        "RETURNED" => TransferStage.Returned,
        "REJECTED" or "CANCELED" or "EXPIRED" => TransferStage.Failed,
        _ => TransferStage.InProgress,
    };

    public bool IsFinal => Stage != TransferStage.InProgress;

    /// <summary>Whether the money is in the account again, or is about to be.</summary>
    public bool HasComeBack => Stage is TransferStage.Returned or TransferStage.Failed;

    /// <summary>Whether the public API description or our own observation names the status.</summary>
    public bool IsKnown => IsFinal || Raw is "QUEUED" or "APPROVAL_PENDING" or "PENDING" or "SENT_TO_CLEARING" or "APPROVED";

    public override string ToString() => Raw;
}

/// <summary>A person's statement about a transfer that does not end by itself, so that a closure does not wait forever.</summary>
public enum DeclaredStage
{
    /// <summary>The money has arrived.</summary>
    Completed,

    /// <summary>The money never left, or has come back.</summary>
    Failed,

    /// <summary>Unknown: the closure no longer waits for the transfer and leaves it at the broker as it is.</summary>
    Unresolved,
}

public static class DeclaredStages
{
    public static TransferStage AsTransferStage(this DeclaredStage stage) => stage switch
    {
        DeclaredStage.Completed => TransferStage.Completed,
        DeclaredStage.Failed => TransferStage.Failed,
        _ => TransferStage.InProgress,
    };
}

public sealed class TransferStatusJsonConverter : JsonConverter<TransferStatus>
{
    public override TransferStatus Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, TransferStatus value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Raw);
}
