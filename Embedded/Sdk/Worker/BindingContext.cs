namespace Microsoft.Azure.Functions.Worker;

/// <summary>What the host handed over for one invocation: the trigger's values by name.</summary>
public abstract class BindingContext
{
    public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
}
