namespace DurableTask.Core.Exceptions;

public class OrchestrationException : Exception
{
    public FailureDetails? FailureDetails { get; set; }
}

/// <summary>What the framework under the SDK throws for a failed activity, and hands to <see cref="Microsoft.DurableTask.RetryPolicy.Handle"/>.</summary>
public class TaskFailedException : OrchestrationException;
