using System.Collections;
using System.Collections.ObjectModel;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Embedded.Host.Invocation;

/// <summary>What came with the trigger: values by name, and the caller's W3C trace context.</summary>
internal sealed record InvocationOrigin(
    IReadOnlyDictionary<string, object?> BindingData, string TraceParent = "", string TraceState = "")
{
    public static InvocationOrigin Plain { get; } = new(ReadOnlyDictionary<string, object?>.Empty);
}

internal sealed class InvocationBindings(IReadOnlyDictionary<string, object?> data) : BindingContext
{
    public override IReadOnlyDictionary<string, object?> BindingData => data;
}

internal sealed class InvocationTrace(string parent, string state) : TraceContext
{
    public override string TraceParent => parent;

    public override string TraceState => state;
}

/// <summary>This host never retries a whole invocation; the engine retries by the policies of the orchestrators.</summary>
internal sealed class NoRetries : RetryContext
{
    public override int RetryCount => 0;

    public override int MaxRetryCount => 0;
}

internal sealed class InvocationFeatures : IInvocationFeatures
{
    private readonly Dictionary<Type, object> _features = [];

    public void Set<T>(T? instance)
    {
        if (instance is null)
            _features.Remove(typeof(T));
        else
            _features[typeof(T)] = instance;
    }

    public T? Get<T>() => _features.TryGetValue(typeof(T), out object? feature) ? (T)feature : default;

    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _features.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
