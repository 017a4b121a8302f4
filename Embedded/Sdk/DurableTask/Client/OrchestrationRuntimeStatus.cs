namespace Microsoft.DurableTask.Client;

public enum OrchestrationRuntimeStatus
{
    Running = 0,
    Completed = 1,
    [Obsolete("The ContinuedAsNew status exists for compatibility only.")]
    ContinuedAsNew = 2,
    Failed = 3,
    [Obsolete("The Canceled status exists for compatibility only.")]
    Canceled = 4,
    Terminated = 5,
    Pending = 6,
    Suspended = 7,
}
