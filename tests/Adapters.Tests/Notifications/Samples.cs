using AccountClosure.Closure;
using AccountClosure.Notifications;
using Microsoft.Extensions.Options;

namespace AccountClosure.Adapters.Tests.Notifications;

/// <summary>One message of each kind, about the closure of a $150,000 account.</summary>
internal static class Samples
{
    public const string Number = "CLA-7K2MQ-94HTX";

    public static readonly DateTimeOffset Start = new(2025, 3, 14, 14, 0, 0, TimeSpan.Zero);

    public static NotificationOptions Settings => new()
    {
        Transport = NotificationTransport.Memory,
        FirmName = "Example Brokerage",
        SupportPhone = "+1 555 0100",
    };

    public static Notification Initiated => new(
        NotificationKind.ClosureInitiated, "account-1", "user-1", Number, Start, DailyTransferLimit: new Money(50_000m),
        EstimatedPayout: new Money(150_000m));

    public static Notification Completed => new(
        NotificationKind.ClosureCompleted, "account-1", "user-1", Number, Start.AddDays(6),
        Withdrawn: new Money(150_000m), TransferCount: 3,
        Transfers:
        [
            // Daylight saving time starts between the first and the second.
            new EmailTransfer(1, new Money(50_000m), new DateTimeOffset(2025, 3, 7, 15, 0, 0, TimeSpan.Zero), "COMPLETE"),
            new EmailTransfer(2, new Money(50_000m), new DateTimeOffset(2025, 3, 10, 14, 0, 0, TimeSpan.Zero), "COMPLETE"),
            new EmailTransfer(3, new Money(50_000m), new DateTimeOffset(2025, 3, 11, 14, 0, 5, TimeSpan.Zero), "SETTLED"),
        ]);

    public static Notification Cancelled => new(
        NotificationKind.ClosureCancelled, "account-1", "user-1", Number, Start.AddDays(3), Withdrawn: new Money(50_000m), TransferCount: 2,
        Transfers:
        [
            new EmailTransfer(1, new Money(50_000m), Start.AddDays(2), "COMPLETE"),
            new EmailTransfer(2, new Money(1_234.56m), Start.AddDays(3), "SENT_TO_CLEARING"),
        ]);

    public static Notification Review => new(
        NotificationKind.ReviewNeeded, "account-1", "user-1", Number, Start.AddDays(5), Reminder: 2,
        Withdrawn: new Money(50_000m), TransferCount: 2,
        Transfers:
        [
            new EmailTransfer(1, new Money(50_000m), Start.AddDays(2), "COMPLETE"),
            new EmailTransfer(2, new Money(50_000m), Start.AddDays(3), "RETURNED"),
        ],
        Detail: "The bank returned transfer 2.\nChoices: retry (send it again), abort (the account stays open).");

    public static Email Write(Notification notification, Action<NotificationOptions>? change = null)
    {
        var settings = Settings;
        change?.Invoke(settings);
        return new EmailWriter(Options.Create(settings)).Write(notification, "customer+account-1@example.com");
    }
}
