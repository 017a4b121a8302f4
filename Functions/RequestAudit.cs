using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Functions;

/// <summary>Writes requests of people to the audit log when they arrive.</summary>
internal static partial class RequestAudit
{
    /// <param name="happening">
    /// Event of the entry, such as "StartRequested" or "CancelRefused": what was requested, or the decision about it.
    /// </param>
    /// <param name="at">Time of the request, UTC.</param>
    /// <param name="actor">Who made the request.</param>
    public static Task AppendAsync(
        this IAuditLog audit,
        HttpRequestData request,
        ClosureRequest closure,
        string happening,
        DateTimeOffset at,
        string actor,
        string detail,
        CancellationToken cancellationToken)
    {
        var number = closure.ConfirmationNumber;
        // The time alone is not unique, because two people may send a request at the same time.
        var id = $"{number}/{happening}/{at.UtcTicks}/{request.FunctionContext.InvocationId}";
        return audit.AppendAsync(new AuditEntry(id, closure.AccountId, number, at, actor, happening, detail), cancellationToken);
    }

    /// <summary>Appends the entry, or logs that this was not possible, for a request that must not depend on the database.</summary>
    public static async Task TryAppendAsync(
        this IAuditLog audit,
        ILogger logger,
        HttpRequestData request,
        ClosureRequest closure,
        string happening,
        DateTimeOffset at,
        string actor,
        string detail,
        CancellationToken cancellationToken)
    {
        try
        {
            await audit.AppendAsync(request, closure, happening, at, actor, detail, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotAudited(logger, closure.ConfirmationNumber, happening, failure.GetType().Name);
        }
    }

    [LoggerMessage(2005, LogLevel.Error, "Closure {ConfirmationNumber}: {Happening} could not be written to the audit log ({Failure})")]
    private static partial void LogNotAudited(ILogger logger, string confirmationNumber, string happening, string failure);
}
