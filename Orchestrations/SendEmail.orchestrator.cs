using AccountClosure.Activities;
using AccountClosure.Closure;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>
/// Sends one email in an instance of its own, so that a mail server that is down never delays the money. It tries for a week. After that it
/// writes to the audit log that the email was not sent, and alerts operations.
/// </summary>
public static class SendEmail
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(7);

    [Function(nameof(SendEmail))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context, Notification notification)
    {
        try
        {
            await new ActivityCaller(context).SendNotification(notification);
        }
        catch (TaskFailedException failure) when (context.Now() < notification.At + GiveUpAfter)
        {
            context.SetCustomStatus(new { LastError = failure.ForStatus(), NextActionAt = context.Now() + RetryInterval });
            await context.CreateTimer(RetryInterval, CancellationToken.None);
            context.ContinueAsNew(notification);
        }
        catch (TaskFailedException failure)
        {
            await GiveUp(context, notification, failure.ForStatus());
        }
    }

    // The records may also be down: without another attempt, nobody would learn that the email was not sent.
    private static async Task GiveUp(TaskOrchestrationContext context, Notification notification, string error)
    {
        try
        {
            await new ActivityCaller(context).ReportUnsentEmail(new ReportUnsentEmailInput(notification, context.Now(), error));
        }
        catch (TaskFailedException)
        {
            await context.CreateTimer(RetryInterval, CancellationToken.None);
            context.ContinueAsNew(notification);
        }
    }
}
