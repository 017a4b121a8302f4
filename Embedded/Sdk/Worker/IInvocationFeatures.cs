namespace Microsoft.Azure.Functions.Worker;

/// <summary>Objects of one invocation, by their type.</summary>
public interface IInvocationFeatures : IEnumerable<KeyValuePair<Type, object>>
{
    void Set<T>(T? instance);

    T? Get<T>();
}
