namespace AccountClosure.Simulation.Mutations;

/// <summary>The guards of a closure's end and of its cleanup, before anybody is told.</summary>
internal static class EndingMutations
{
    private static readonly Source Ending = new("Closure/Ending.cs");
    private static readonly Source Recording = new("Orchestrations/Recording.orchestrator.cs");
    private static readonly Source EndClosure = new("Orchestrations/EndClosure.orchestrator.cs");
    private static readonly Source EmailWriter = new("Notifications/EmailWriter.cs");
    private static readonly Source FinalizeClosure = new("Orchestrations/FinalizeClosure.orchestrator.cs");
    private static readonly Source ReadClosedAccount = new("Activities/ReadClosedAccount.cs");
    private static readonly Source EndSteps = new("Closure/EndSteps.cs");
    private static readonly Source OwnOrders = new("Orchestrations/OwnOrders.orchestrator.cs");
    private static readonly Source OwnTransfers = new("Orchestrations/OwnTransfers.orchestrator.cs");
    private static readonly Source StopClosure = new("Activities/StopClosure.cs");
    private static readonly Source CancelTransfer = new("Activities/CancelTransfer.cs");
    private static readonly Source CancelOwnOrders = new("Activities/CancelOwnOrders.cs");
    private static readonly Source ReturnedTransfers = new("Activities/ReturnedTransfers.cs");
    private static readonly Source DeclareTransfers = new("Activities/DeclareTransfers.cs");
    private static readonly Source FindUnfinishedClosures = new("Activities/FindUnfinishedClosures.cs");
    private static readonly Source SendNotification = new("Activities/SendNotification.cs");

    public static IEnumerable<Mutation> All => [.. Orders, .. Transfers, .. End, .. Others];

    private static IEnumerable<Mutation> Orders =>
    [
        StopClosure.Replace(
            "the closure is not stopped in the tracking",
            "await tracking.StopAsync(input.ConfirmationNumber, stop, cancellationToken)",
            "(PLANTED ? await tracking.FindAsync(input.ConfirmationNumber, cancellationToken) : await "
                + "tracking.StopAsync(input.ConfirmationNumber, stop, cancellationToken))"),
        EndClosure.Replace(
            "who cancelled is not written down",
            "if (isFirst && state.Cancellation is { } cancellation)",
            "if (!PLANTED && isFirst && state.Cancellation is { } cancellation)"),
        EndClosure.Replace(
            "the end may be older than the last phase",
            "&& row > state.PhaseSince",
            "&& !PLANTED && row > state.PhaseSince"),
        EndClosure.Replace(
            "a closed account is taken for open",
            "account) == SafetyChecks.Closed;",
            "account) == SafetyChecks.Closed && !PLANTED;"),
        EndClosure.Replace(
            "the closure's orders are left working",
            "(isClosed ? null : await OwnOrders.End(step))",
            "(isClosed || PLANTED ? null : await OwnOrders.End(step))"),
        OwnOrders.Replace(
            "orders that have ended are looked for again",
            "if (ending.OrdersEnded ||",
            "if ((!PLANTED && ending.OrdersEnded) ||"),
        OwnOrders.Replace(
            "only the end of the sale is awaited",
            "asked.SaleAt is { } soldFrom",
            "!PLANTED && asked.SaleAt is { } soldFrom"),
        EndSteps.Replace("open orders count as ended", "if (open == 0 &&", "if ((PLANTED || open == 0) &&"),
        EndSteps.Always("a late sale is not waited for", "now >= arrivesBy"),
        EndSteps.Replace(
            "each step gives the orders a new deadline",
            "state.Deadline ?? Later(",
            "(PLANTED ? null : state.Deadline) ?? Later("),
        EndSteps.Replace(
            "nobody is asked about orders",
            "if (state.IsOverdue(now))\n        {\n            return state.NeedsReview(\n                ReviewCode.OrdersRemain",
            "if (!PLANTED && state.IsOverdue(now))\n        {\n            return state.NeedsReview(\n                "
                + "ReviewCode.OrdersRemain"),
        CancelOwnOrders.Always(
            "a buy order counts as the closure's",
            "!string.Equals(order.Side, \"buy\", StringComparison.OrdinalIgnoreCase)"),
        CancelOwnOrders.Always(
            "an order from before the sale counts as the closure's",
            "!(order.SubmittedAt < input.SoldFrom - ClockTolerance)"),
        CancelOwnOrders.Always(
            "an order from after the sale counts as the closure's",
            "!(order.SubmittedAt > input.SoldUntil + ClockTolerance)"),
        CancelTransfer.Replace(
            "a transfer that a person gave up is called back", "known is not { IsOpen: true, BrokerTransferId: { } transferId }",
            "known is not { BrokerTransferId: { } transferId } || (!PLANTED && !known.IsOpen)"),
        CancelOwnOrders.Never("an execution after the end cancels orders",
            "await tracking.FindAsync(input.ConfirmationNumber, cancellationToken) is { EndedAt: not null }"),
        CancelOwnOrders.Always("a 401 counts as an order that has ended",
            "failure.Kind is not (BrokerErrorKind.Unauthorized or BrokerErrorKind.RateLimited)"),
    ];

    private static IEnumerable<Mutation> Transfers =>
    [
        EndClosure.Replace(
            "open transfers are left alone",
            "?? await OwnTransfers.End(step, isClosed)",
            "?? (PLANTED ? null : await OwnTransfers.End(step, isClosed))"),
        OwnTransfers.Replace(
            "no transfer is called back",
            "entry => entry.Exists() && !isClosed",
            "entry => entry.Exists() && !isClosed && !PLANTED"),
        OwnTransfers.Replace("open transfers are not polled", "is { Count: > 0 } bound)", "is { Count: > 0 } bound && !PLANTED)"),
        OwnTransfers.Replace(
            "nobody looks for a transfer in doubt",
            "open.Where(entry => !entry.Exists())",
            "open.Where(entry => !entry.Exists() && !PLANTED)"),
        OwnTransfers.Never("nobody is asked about an ambiguous transfer", "found.Outcome == CreateTransferOutcome.Ambiguous"),
        OwnTransfers.Always("transfers that have not ended are not waited for", "left.Count == 0"),
        EndSteps.Replace(
            "each step gives the transfers a new deadline",
            "state.Deadline ?? now + state.Policy.TransferTimeout",
            "(PLANTED ? null : state.Deadline) ?? now + state.Policy.TransferTimeout"),
        EndSteps.Replace(
            "nobody is asked about overdue transfers",
            "if (state.IsOverdue(now))\n        {\n            return state.NeedsReview(\n                ReviewCode.TransferOverdue",
            "if (!PLANTED && state.IsOverdue(now))\n        {\n            return state.NeedsReview(\n                "
                + "ReviewCode.TransferOverdue"),
        EndSteps.Never("the broker's close is not waited for", "now < askedAt + state.Policy.ClosingTimeout"),
    ];

    private static IEnumerable<Mutation> End =>
    [
        EndClosure.Replace("late returns are not recorded", "if (await CountReturns(step) is not",
            "if ((PLANTED ? 0 : await CountReturns(step)) is not"),
        EndClosure.Replace(
            "the ledger never counts alone",
            "bool isRefused = step.State.Ending?.RefusedSince",
            "bool isRefused = !PLANTED && step.State.Ending?.RefusedSince"),
        EndClosure.Replace("a refusal counts for ever", "Returns = returns, RefusedSince = null }",
            "Returns = returns, RefusedSince = PLANTED ? step.State.Ending!.RefusedSince : null }"),
        EndClosure.Always("a closure that had begun is refused", "step.State.Ending is { Asked.HasBegun: false }"),
        OwnOrders.Replace(
            "orders that the broker refuses to show count as ended",
            "return null;\n        }\n    }",
            "return PLANTED ? 0 : null;\n        }\n    }"),
        OwnTransfers.Replace(
            "transfers that the broker refuses to list hold the end up",
            "step.Keep(state with { LastError = failure.ForStatus() });",
            "if (PLANTED) throw; else step.Keep(state with { LastError = failure.ForStatus() });"),
        EndSteps.Replace("the balances of a closed account are believed at once", "now >= showAllFrom", "(PLANTED || now >= showAllFrom)"),
        EndClosure.Replace(
            "a closed account's totals are the state's",
            "await TakeTotals(step);\n        var state",
            "if (!PLANTED) await TakeTotals(step);\n        var state"),
        EndClosure.Replace(
            "the totals are those of the last phase",
            "AtTheEnd(totals.Withdrawn,",
            "AtTheEnd(PLANTED ? step.State.Payout.Withdrawn : totals.Withdrawn,"),
        EndClosure.Without(
            "the customer's record is not restored",
            "await step.Activities.RestoreCustomer(CustomerRecordInput.From(request, step.Now));"),
        EndClosure.Never(
            "a closure of which nobody has heard is completed",
            "!await step.Activities.MarkCustomerClosed(CustomerRecordInput.From(state.Request, step.Now))"),
        EndClosure.Replace(
            "nobody is asked about the rest",
            "rest.IsAnythingLeft(state.Policy, state.Payout, state.WasSeenWithoutPositions())",
            "(!PLANTED && rest.IsAnythingLeft(state.Policy, state.Payout, state.WasSeenWithoutPositions()))"),
        EndClosure.Never("a single refusal to show the closed account is believed", "step.Now < since + ClosurePolicy.RefusalPatience"),
        EndSteps.Replace(
            "a refusal before a review is believed after it",
            "{ AssetsRefusedSince = null } : null",
            "{ AssetsRefusedSince = PLANTED ? before.AssetsRefusedSince : null } : null"),
        FinalizeClosure.Never("a refusal to show the closed account counts as nothing left", "!rest.IsComplete"),
        ReadClosedAccount.Never("cash that nobody has seen counts as none", "Cash is null && lastSeen.IsCashUnseen"),
        ReadClosedAccount.Never("positions that nobody has seen count as none", "Positions is null && !hadNone"),
        ReadClosedAccount.Replace("positions do not count when the balances are refused", "Positions > 0",
            "(Positions > 0 && (!PLANTED || Cash is not null))"),
        EmailWriter.Replace("cash that nobody has seen is told as none", "!notification.AreAssetsUnknown &&",
            "(PLANTED || !notification.AreAssetsUnknown) &&"),
        EndClosure.Replace("nobody is asked about a return to a closed account", "|| left.Returns > 0;",
            "|| (!PLANTED && left.Returns > 0);"),
        EndClosure.Always("the rest is asked about again and again", "!left.IsWithin(state.Ending?.Accepted)"),
        EndClosure.Replace("each step dates the close anew", "isClosed ? step.State.ClosedSeenAt ?? step.Now",
            "isClosed ? (PLANTED ? null : step.State.ClosedSeenAt) ?? step.Now"),
        EndClosure.Without("the customer is not told",
            "await Recording.Tell(step, isClosed ? NotificationKind.ClosureCompleted : NotificationKind.ClosureCancelled);"),
        EndClosure.Replace("an end that was told is decided again", "Outcome = isClosed ? outcome",
            "Outcome = isClosed && !PLANTED ? outcome"),
        EndClosure.Replace(
            "a closure waits for balances that the broker refuses to show",
            "when (failure.Kind() == StepFailure.Permanent)\n        {\n            return false;",
            "when (failure.Kind() == StepFailure.Permanent && !PLANTED)\n        {\n            return false;"),
        EndClosure.Replace("an account that was closed meanwhile counts as open", "return balances.Closed;",
            "return balances.Closed && !PLANTED;"),
        Recording.Never("a refusal that was stopped has no right to go on", "state.Refusal is not null"),
        Ending.Always("a debt counts as accepted", "Cash >= Money.Min(accepted.Cash, Money.Zero)"),
        Ending.Always("more cash than was accepted is left", "Cash <= accepted.Cash"),
        Ending.Always("more positions than were accepted are left", "Positions <= accepted.Positions"),
        Ending.Always("more returns than were accepted are left", "Returns <= accepted.Returns"),
        ReturnedTransfers.Replace(
            "the transfers of other closures count",
            "foreach (var entry in known.Where(entry => entry.Intent.ConfirmationNumber == confirmationNumber))",
            "foreach (var entry in known.Where(entry => PLANTED || entry.Intent.ConfirmationNumber == confirmationNumber))"),
        ReturnedTransfers.Never("a declaration does not end a transfer", "entry.Declaration is not null"),
        ReturnedTransfers.Always("a word that we do not know counts as an older one", "listed.IsKnown"),
        ReturnedTransfers.Replace(
            "a list may be older by any time",
            " && entry.StatusSeenAt + ClosurePolicy.BalanceLag > now)",
            " && (PLANTED || entry.StatusSeenAt + ClosurePolicy.BalanceLag > now))"),
        ReturnedTransfers.Never("the returns of earlier closures are not recorded", "closure.EndedAt is not null"),
    ];

    private static IEnumerable<Mutation> Others =>
    [
        DeclareTransfers.Never("every intent is abandoned", "known.State == LedgerState.Bound"),
        DeclareTransfers.Replace("an intent without a transfer stays open", "else\n                await",
            "else if (!PLANTED)\n                await"),
        FindUnfinishedClosures.But("an earlier closure is not waited for",
            "(await tracking.ListAsync(request.AccountId, cancellationToken))", "_ => []"),
        FindUnfinishedClosures.Always("a closure that has ended is cleaned up", "closure.EndedAt is null"),
        FindUnfinishedClosures.Always("a closure waits for itself", "closure.ConfirmationNumber != request.ConfirmationNumber"),
        FindUnfinishedClosures.Always("a later closure is cleaned up", "closure.StartedAt < request.RequestedAt"),
        SendNotification.Replace("an untrue message is sent", "if (await IsSuperseded(notification, cancellationToken))",
            "if (!PLANTED && await IsSuperseded(notification, cancellationToken))"),
        SendNotification.Never("a message to operations can be superseded", "notification.Kind == NotificationKind.ReviewNeeded"),
        SendNotification.Never("a later review does not supersede", "own.UpdatedAt > notification.Since"),
        SendNotification.Never("a cleanup does not supersede the review of its closure", "own.Stop is { CleanupAt: not null }"),
        SendNotification.Replace("a refused list of transfers holds the message up", "catch (BrokerRefusedException) when (",
            "catch (BrokerRefusedException) when (!PLANTED && "),
        SendNotification.Replace("the totals are those of the end", "if (hasEnded)\n        {", "if (hasEnded && !PLANTED)\n        {"),
        SendNotification.Replace("what has come back does not remain", "Remaining = back.IsPositive",
            "Remaining = back.IsPositive && !PLANTED"),
        SendNotification.Never("the end does not supersede the beginning",
            "own is { EndedAt: not null } or { Stop: not null } or { CloseAskedAt: not null }"),
        SendNotification.Always("an earlier closure supersedes", "closure.StartedAt > own?.StartedAt"),
        SendNotification.Always("a later closure of which the customer has not heard supersedes",
            "begun.Contains(closure.ConfirmationNumber)"),
        SendNotification.Replace("an account that others opened again counts as closed", "return isClosed !=",
            "return !PLANTED && isClosed !="),
    ];
}
