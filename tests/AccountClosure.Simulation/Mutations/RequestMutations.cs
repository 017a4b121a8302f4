namespace AccountClosure.Simulation.Mutations;

/// <summary>The guards of requests, of their audit, of the status and of the watch.</summary>
internal static class RequestMutations
{
    private static readonly Source InitiateClosure = new("Functions/InitiateClosure.cs");
    private static readonly Source CancelTask = new("Functions/CancelTask.cs");
    private static readonly Source RequestAudit = new("Functions/RequestAudit.cs");
    private static readonly Source ClosureClient = new("Functions/ClosureClient.cs");
    private static readonly Source WatchClosures = new("Functions/WatchClosures.cs");
    private static readonly Source RecordPhase = new("Activities/RecordPhase.cs");

    public static IEnumerable<Mutation> All => [.. Asked, .. Seen];

    private static IEnumerable<Mutation> Asked =>
    [
        InitiateClosure.Without(
            "a start is not written down",
            "await audit.AppendAsync(request, asked, \"StartRequested\", asked.RequestedAt, asked.UserId, asked.Reason, "
                + "cancellationToken);"),
        InitiateClosure.Never("a start that cannot be written down is made", "!isWritten"),
        InitiateClosure.Without(
            "a start that another one overtakes looks as if it were made",
            "await AuditRefused(request, asked, started.Request, cancellationToken);"),
        InitiateClosure.Without(
            "a start that is refused at once is not written down",
            "await AuditRefused(request, earlier.Request with { UserId = body.UserId! }, earlier.Request, cancellationToken);"),
        InitiateClosure.Never("a start that Azure Storage takes for another one is accepted", "started.Request != earlier?.Request"),
        InitiateClosure.But("a half-finished forced cancel is nobody's", "stopped?.StoppedBy()", "_ => null"),
        CancelTask.Without("a forced cancel is not written down",
            "await TryAudit(request, closure, \"ForcedCancelAccepted\", cancel, cancellationToken);"),
        CancelTask.Without(
            "a refused cancel is not written down",
            "await TryAudit(request, closure, \"CancelRefused\", refused, cancellationToken);"),
        RequestAudit.Replace("two requests in the same moment are one", "/{request.FunctionContext.InvocationId}\"",
            "/{(PLANTED ? \"\" : request.FunctionContext.InvocationId)}\""),
        RequestAudit.Replace("a forced cancel waits for the records", "when (!cancellationToken.IsCancellationRequested)",
            "when (!PLANTED && !cancellationToken.IsCancellationRequested)"),
        RecordPhase.Never("the customer's reason is in the tracking", "input.Phase == ClosurePhase.Initiated"),
    ];

    private static IEnumerable<Mutation> Seen =>
    [
        WatchClosures.Replace("one instance stops the watch", "when (!cancellationToken.IsCancellationRequested)",
            "when (!PLANTED && !cancellationToken.IsCancellationRequested)"),
        WatchClosures.Replace("a closure without a next time is never late", "progress.NextActionAt ?? instance.LastUpdatedAt",
            "progress.NextActionAt ?? (PLANTED ? time.GetUtcNow() : instance.LastUpdatedAt)"),
        WatchClosures.Replace("a suspended closure is not reported", "if (isSuspended)\n", "if (isSuspended && !PLANTED)\n"),
        ClosureClient.Replace("a part of a state is a closure's", "|| !IsComplete(state)", "|| (!PLANTED && !IsComplete(state))"),
        ClosureClient.Replace("the end in the records is not shown", "if (record is { EndedAt: { } endedAt })",
            "if (record is { EndedAt: { } endedAt } && !PLANTED)"),
        ClosureClient.Replace("a stopped closure can be cancelled", "CanCancel = false,",
            "CanCancel = PLANTED && Progress.CanCancel,"),
    ];
}
