using System.Globalization;
using AccountClosure.Closure;
using Microsoft.Extensions.Options;

namespace AccountClosure.Notifications;

/// <summary>Writes the messages from their templates, in the words of their readers and in New York time.</summary>
public sealed class EmailWriter(IOptions<NotificationOptions> options)
{
    private const int LongestList = 100;
    private const string ContentMark = "<!-- content -->";

    private static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    private static readonly Dictionary<NotificationKind, (Template Text, Template Html)> Templates =
        Enum.GetValues<NotificationKind>().ToDictionary(kind => kind, kind => (Template.Load($"{kind}.txt"), LoadHtml(kind)));

    public string OperationsAddress => options.Value.OperationsAddress;

    public Email Write(Notification notification, string to)
    {
        var values = Values(notification);
        var (text, html) = Templates[notification.Kind];
        values["subject"] = Subject(notification);
        return new Email(
            $"{notification.ConfirmationNumber}-{notification.Kind}-{notification.Occurrence}",
            notification.At,
            options.Value.FirmName,
            options.Value.FromAddress,
            to,
            Subject(notification),
            text.Fill(values),
            html.Fill(values));
    }

    private static Template LoadHtml(NotificationKind kind) =>
        Template.Load("Layout.html").With(ContentMark, Template.Load($"{kind}.html"));

    private static string Subject(Notification notification) => notification.Kind switch
    {
        NotificationKind.ClosureInitiated => $"We have begun to close your account ({notification.ConfirmationNumber})",
        NotificationKind.ClosureCompleted => $"Your account is closed ({notification.ConfirmationNumber})",
        NotificationKind.ClosureCancelled => $"Your account stays open ({notification.ConfirmationNumber})",
        NotificationKind.ReviewNeeded when notification.Reminder == 0 =>
            $"A closure needs your decision ({notification.ConfirmationNumber})",
        NotificationKind.ReviewNeeded =>
            $"Reminder {notification.Reminder}: a closure needs your decision ({notification.ConfirmationNumber})",
        _ => throw new ArgumentOutOfRangeException(nameof(notification)),
    };

    private TemplateValues Values(Notification notification)
    {
        var transfers = (notification.Transfers ?? []).OrderBy(transfer => transfer.Sequence).TakeLast(LongestList).ToList();
        var all = notification.Transfers?.Count ?? 0;
        var left = notification.Remaining?.TruncatedToCents() is { IsPositive: true } remaining ? remaining.ForPeople() : "";
        var isLittle = notification.Remaining <= new Money(1m);
        var positions = notification.PositionsLeft switch
        {
            0 => "",
            1 => "1 position",
            var count => $"{count.ToString("N0", CultureInfo.InvariantCulture)} positions",
        };
        var isClosed = notification.Kind == NotificationKind.ClosureCompleted;
        var isInDoubt = notification.InDoubt is { IsPositive: true };
        // Money that is left, was returned or is in doubt has its own sentence, which no other sentence may contradict.
        var isAllAccountedFor = !notification.AreAssetsUnknown && left.Length == 0 && positions.Length == 0
            && !notification.HasReturns && !isInDoubt;
        var isAnythingOpen = notification.Transfers?.Any(transfer => IsOpen(new TransferStatus(transfer.Status), isClosed)) == true;
        var values = new TemplateValues
        {
            ["firm"] = options.Value.FirmName,
            ["support"] = options.Value.SupportAddress,
            ["phone"] = options.Value.SupportPhone,
            ["confirmation"] = notification.ConfirmationNumber,
            ["account"] = notification.AccountId,
            ["customer"] = notification.Kind == NotificationKind.ReviewNeeded ? "" : "yes",
            ["date"] = LongTime(HappenedAt(notification)),
            ["total"] = (notification.Withdrawn ?? Money.Zero).ForPeople(),
            ["paid"] = notification.Withdrawn is { IsPositive: true } total ? total.ForPeople() : "",
            ["paid_label"] = isInDoubt ? "Paid out for certain" : "Paid out in all",
            ["all_paid"] = notification.Withdrawn is { IsPositive: true } && isAllAccountedFor ? "yes" : "",
            ["nothing_paid"] = notification.Withdrawn is not { IsPositive: true } && isAllAccountedFor && !isAnythingOpen ? "yes" : "",
            ["returned"] = notification.HasReturns ? "yes" : "",
            ["in_doubt"] = isInDoubt ? notification.InDoubt!.Value.ForPeople() : "",
            ["left"] = left,
            ["little_left"] = isLittle ? left : "",
            ["much_left"] = isLittle ? "" : left,
            ["unknown_left"] = notification.AreAssetsUnknown && left.Length == 0 ? "yes" : "",
            ["positions_left"] = positions,
            ["limit"] = notification.DailyTransferLimit is { } limit ? limit.ForPeople() : "",
            ["estimate"] = notification.EstimatedPayout is { IsPositive: true } estimate ? estimate.ForPeople() : "",
            ["estimated_transfers"] = EstimatedTransfers(notification),
            ["transfer_count"] = Transfers(notification.TransferCount),
            ["earlier"] = all > transfers.Count
                ? $"The latest {transfers.Count.ToString("N0", CultureInfo.InvariantCulture)} of {Transfers(all)}"
                : "",
            ["listed"] = transfers.Count > 0 ? "yes" : "",
            ["on_way"] = transfers.Exists(transfer => new TransferStatus(transfer.Status) is { IsFinal: false, IsKnown: true })
                ? "yes"
                : "",
            ["detail"] = notification.Detail ?? "",
            ["reminder"] = notification.Reminder > 0 ? notification.Reminder.ToString(CultureInfo.InvariantCulture) : "",
        };
        values.SetRows("transfers", transfers.Select(transfer => new TemplateValues
        {
            ["number"] = transfer.Sequence.ToString(CultureInfo.InvariantCulture),
            ["amount"] = transfer.Amount.ForPeople(),
            ["when"] = ShortTime(transfer.CreatedAt),
            ["state"] = StateInWords(transfer.Status, notification.Kind),
            // The plain text has the same table, with columns of fixed width.
            ["line"] = $"{transfer.Sequence,4}.  {transfer.Amount.ForPeople(),14}   {ShortTime(transfer.CreatedAt),-28}   "
                + StateInWords(transfer.Status, notification.Kind),
        }));
        return values;
    }

    private static string EstimatedTransfers(Notification notification)
    {
        if (notification.EstimatedPayout is not { IsPositive: true } payout
            || notification.DailyTransferLimit is not { IsPositive: true } limit)
        {
            return "";
        }
        var count = decimal.Ceiling(payout.Dollars / limit.Dollars);
        return count == 1
            ? "one transfer"
            : $"about {count.ToString("N0", CultureInfo.InvariantCulture)} transfers, usually no more than one a day";
    }

    private static string Transfers(int count) =>
        count == 1 ? "1 transfer" : $"{count.ToString("N0", CultureInfo.InvariantCulture)} transfers";

    private static string StateInWords(string status, NotificationKind kind) => new TransferStatus(status).Stage switch
    {
        TransferStage.Completed => "Paid",
        TransferStage.Returned => "Returned by the bank",
        TransferStage.Failed => "Cancelled or rejected (not paid)",
        _ when new TransferStatus(status).IsKnown => "On its way",
        _ when kind == NotificationKind.ReviewNeeded => $"The broker says {status}",
        _ => "Not certain yet, please ask us",
    };

    private static DateTimeOffset HappenedAt(Notification notification) => notification.Kind switch
    {
        NotificationKind.ClosureInitiated or NotificationKind.ClosureCompleted => notification.Since ?? notification.At,
        _ => notification.At,
    };

    // While the account stays open, money that is on its way has its own sentence.
    private static bool IsOpen(TransferStatus status, bool isClosed) => !status.IsFinal && (isClosed || !status.IsKnown);

    private static string LongTime(DateTimeOffset time) =>
        TimeZoneInfo.ConvertTime(time, NewYork).ToString("dddd, MMMM d, yyyy 'at' h:mm tt 'New York time'", CultureInfo.InvariantCulture);

    private static string ShortTime(DateTimeOffset time) =>
        TimeZoneInfo.ConvertTime(time, NewYork).ToString("ddd, MMM d, yyyy, h:mm tt", CultureInfo.InvariantCulture);
}
