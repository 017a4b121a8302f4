namespace Microsoft.Azure.Functions.Worker;

/// <summary>Retries by the host of a whole invocation; 0 of 0 where there are none.</summary>
public abstract class RetryContext
{
    public abstract int RetryCount { get; }

    public abstract int MaxRetryCount { get; }
}
