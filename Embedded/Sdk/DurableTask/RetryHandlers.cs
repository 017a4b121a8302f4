namespace Microsoft.DurableTask;

/// <summary>True: try again.</summary>
public delegate bool RetryHandler(RetryContext retryContext);

/// <summary>True: try again. May await only what the orchestration context offers.</summary>
public delegate Task<bool> AsyncRetryHandler(RetryContext retryContext);
