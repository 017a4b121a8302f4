using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Activities;

/// <param name="Error">The error of the last attempt, without private data.</param>
public sealed record ReportUnsentEmailInput(Notification Notification, DateTimeOffset At, string Error);

/// <summary>Writes to the audit log, and to the application log for the alert, that an email could not be sent.</summary>
public sealed partial class ReportUnsentEmail(IAuditLog audit, ILogger<ReportUnsentEmail> logger)
{
    [Function(nameof(ReportUnsentEmail))]
    public async Task Run([ActivityTrigger] ReportUnsentEmailInput input, CancellationToken cancellationToken)
    {
        var notification = input.Notification;
        await audit.AppendAsync(
            new AuditEntry(
                $"{notification.ConfirmationNumber}/NotificationFailed/{notification.Kind}/{notification.Occurrence}",
                notification.AccountId,
                notification.ConfirmationNumber,
                input.At,
                "system",
                "NotificationFailed",
                $"{notification.Kind}: {input.Error}"),
            cancellationToken);
        LogUnsent(notification.ConfirmationNumber, notification.Kind);
    }

    [LoggerMessage(2003, LogLevel.Error, "Closure {ConfirmationNumber}: the email {Kind} could not be sent for a week")]
    private partial void LogUnsent(string confirmationNumber, NotificationKind kind);
}
