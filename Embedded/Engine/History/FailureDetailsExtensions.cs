using DurableTask.Core;
using Microsoft.DurableTask;

namespace AccountClosure.Embedded.Engine;

/// <summary>Converts the failures of histories to the failures that the SDK returns to callers.</summary>
internal static class FailureDetailsExtensions
{
    public static TaskFailureDetails ToTaskFailureDetails(this FailureDetails failure) =>
        new(failure.ErrorType, failure.ErrorMessage, failure.StackTrace, failure.InnerFailure?.ToTaskFailureDetails(), null);
}
