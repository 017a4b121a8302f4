namespace Microsoft.DurableTask;

/// <summary>Between objects and the text that histories and messages keep.</summary>
public abstract class DataConverter
{
    /// <summary>Null for null.</summary>
    public abstract string? Serialize(object? value);

    public abstract object? Deserialize(string? data, Type targetType);

    public virtual T? Deserialize<T>(string? data) => (T?)(Deserialize(data, typeof(T)) ?? default(T));
}
