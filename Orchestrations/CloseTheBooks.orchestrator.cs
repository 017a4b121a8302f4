using AccountClosure.Activities;
using AccountClosure.Closure;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>
/// After a closure was terminated or has failed: follows what it had sent to its end, then ends the closure in the records and restores
/// the customer's record, unless the broker had been asked to close the account and has. Sends nothing.
/// </summary>
public static class CloseTheBooks
{
    /// <param name="State">The closure's state as its last generation had it.</param>
    /// <param name="InstanceId">Of the closure.</param>
    /// <param name="EndedAs">Cancelled for a terminated instance, Failed for one that failed.</param>
    /// <param name="Actor">Who terminated it, or "system".</param>
    /// <param name="LooksForClose">How often the account was looked at that may be about to be closed.</param>
    /// <param name="Message">Set when the books are closed: what is left to be told to the customer.</param>
    public sealed record Assignment(
        ClosureState State,
        string InstanceId,
        ClosurePhase EndedAs,
        string Actor,
        string Reason,
        int LooksForClose = 0,
        Notification? Message = null);

    public static string InstanceIdFor(string confirmationNumber) => $"books-{confirmationNumber.ToLowerInvariant()}";

    [Function(nameof(CloseTheBooks))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context, Assignment assignment)
    {
        try
        {
            if (assignment.Message is { } message)
                await Tell(context, assignment.State, message);
            else
                await TakeStep(context, assignment);
        }
        catch (TaskFailedException failure)
        {
            // Nobody would begin again if this failed: it goes on for as long as it takes.
            context.SetCustomStatus(new { LastError = failure.ForStatus() });
            await context.CreateTimer(assignment.State.Policy.StepRetryInterval, CancellationToken.None);
            context.ContinueAsNew(assignment);
        }
    }

    private static async Task TakeStep(TaskOrchestrationContext context, Assignment assignment)
    {
        ClosureState state = assignment.State;
        ClosureRequest request = state.Request;
        var query = new ListOpenTransfers.Query(request.AccountId, request.ConfirmationNumber);

        if (state.Payout.Unrecorded.Count > 0)
            await Bookkeeping.RecordReturns(context, state);
        // An activity of the closure may still be on its way.
        await context.CreateTimer(state.Policy.TransferDoubtWindow, CancellationToken.None);
        await Look(context, assignment, await ListOpen(context, query));
        if ((await ListOpen(context, query)).Count > 0)
        {
            await context.CreateTimer(state.Policy.TransferPollInterval, CancellationToken.None);
            context.ContinueAsNew(assignment);
            return;
        }

        // Here too an activity may have been on its way, which the state does not know of, and the broker takes its time.
        bool mayBeClosed = state.CloseRequested || ClosurePhase.Closing == (state.Review?.From ?? state.Phase);
        bool isClosed = mayBeClosed
            && await context.CallActivityAsync<string>(nameof(ReadAccountStatus), request.AccountId, Retries.Activity) == SafetyChecks.Closed;
        if (mayBeClosed && !isClosed && assignment.LooksForClose * state.Policy.ClosingPollInterval < state.Policy.ClosingTimeout)
        {
            await context.CreateTimer(state.Policy.ClosingPollInterval, CancellationToken.None);
            context.ContinueAsNew(assignment with { LooksForClose = assignment.LooksForClose + 1 });
            return;
        }
        await End(context, assignment, isClosed, await context.CallActivityAsync<SumTransfers.Totals>(nameof(SumTransfers), query, Retries.Activity));
    }

    private static async Task End(TaskOrchestrationContext context, Assignment assignment, bool isClosed, SumTransfers.Totals totals)
    {
        ClosureRequest request = assignment.State.Request;
        await context.CallActivityAsync(
            isClosed ? nameof(MarkCustomerClosed) : nameof(RestoreCustomer), CustomerChange.Of(request, context.Now()), Retries.Activity);
        var phase = isClosed ? ClosurePhase.Completed : assignment.EndedAs;
        await context.CallActivityAsync(
            nameof(RecordPhase),
            new RecordPhase.Entry(
                request, assignment.InstanceId, phase, context.Now(), totals.Paid, totals.Created, assignment.Actor, assignment.Reason),
            Retries.Activity);
        // A later closure of the account has told, or will tell, how that one ends.
        if (!await context.CallActivityAsync<bool>(nameof(HasLaterClosure), request, Retries.Activity))
            context.ContinueAsNew(assignment with { Message = Message(context, assignment.State, isClosed, totals) });
    }

    private static Notification Message(TaskOrchestrationContext context, ClosureState state, bool isClosed, SumTransfers.Totals totals) =>
        Bookkeeping.Message(context, state, isClosed ? NotificationKind.ClosureCompleted : NotificationKind.ClosureCancelled) with
        {
            TotalPaid = totals.Paid,
            TransferCount = totals.Completed,
        };

    private static async Task Tell(TaskOrchestrationContext context, ClosureState state, Notification message)
    {
        try
        {
            await context.CallActivityAsync<string>(nameof(SendNotification), message, Retries.Activity);
        }
        catch (TaskFailedException failure) when (context.Now() - message.At >= state.Policy.OutageTimeout)
        {
            await Bookkeeping.AuditUntold(context, state, failure.ForStatus());
        }
    }

    private static Task<IReadOnlyList<ListOpenTransfers.OpenEntry>> ListOpen(TaskOrchestrationContext context, ListOpenTransfers.Query query) =>
        context.CallActivityAsync<IReadOnlyList<ListOpenTransfers.OpenEntry>>(nameof(ListOpenTransfers), query, Retries.Activity);

    private static async Task Look(TaskOrchestrationContext context, Assignment assignment, IReadOnlyList<ListOpenTransfers.OpenEntry> open)
    {
        ClosureRequest request = assignment.State.Request;
        var existing = open.Where(entry => entry.Exists).Select(entry => entry.IntentId).ToList();
        if (existing.Count > 0)
        {
            await context.CallActivityAsync<IReadOnlyList<TransferStatus>>(
                nameof(FollowTransfers), new FollowTransfers.Query(request.AccountId, existing), Retries.Activity);
        }
        foreach (var doubt in open.Where(entry => !entry.Exists))
        {
            var order = new CreateTransfer.Order(
                request.AccountId,
                request.ConfirmationNumber,
                assignment.InstanceId,
                doubt.IntentId,
                request.AchRelationshipId,
                assignment.State.Policy.DailyTransferLimit,
                assignment.State.Policy.TransferDoubtWindow,
                LookOnly: true);
            await context.CallActivityAsync<CreateTransfer.Result>(nameof(CreateTransfer), order, Retries.Activity);
        }
    }
}
