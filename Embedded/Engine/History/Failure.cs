using Microsoft.DurableTask;

namespace AccountClosure.Embedded.Engine;

/// <summary>A failure as histories keep it: what <see cref="TaskFailureDetails"/> says, as plain text.</summary>
public sealed record Failure(string ErrorType, string ErrorMessage, string? StackTrace = null, Failure? InnerFailure = null)
{
    /// <summary>The exception with its causes; for a failed task, the task's own failure is the cause.</summary>
    public static Failure From(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        Failure? inner = exception switch
        {
            TaskFailedException failed => From(failed.FailureDetails),
            { InnerException: { } cause } => From(cause),
            _ => null,
        };
        return new Failure(exception.GetType().ToString(), exception.Message, exception.StackTrace, inner);
    }

    public static Failure From(TaskFailureDetails details)
    {
        ArgumentNullException.ThrowIfNull(details);
        return new Failure(
            details.ErrorType,
            details.ErrorMessage,
            details.StackTrace,
            details.InnerFailure is null ? null : From(details.InnerFailure));
    }

    public TaskFailureDetails ToDetails() => new(ErrorType, ErrorMessage, StackTrace, InnerFailure?.ToDetails(), null);
}
