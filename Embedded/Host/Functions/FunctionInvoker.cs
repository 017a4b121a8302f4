using System.Reflection;

namespace AccountClosure.Embedded.Host.Functions;

/// <summary>Calls a function's method, and awaits the result if it is a Task or a ValueTask.</summary>
internal sealed class FunctionInvoker
{
    private readonly MethodInvoker _call;
    private readonly MethodInfo? _asTask;
    private readonly PropertyInfo? _result;

    public FunctionInvoker(MethodInfo method)
    {
        var returned = method.ReturnType;
        _call = MethodInvoker.Create(method);
        if (returned == typeof(ValueTask) || (returned.IsGenericType && returned.GetGenericTypeDefinition() == typeof(ValueTask<>)))
            _asTask = returned.GetMethod(nameof(ValueTask.AsTask))!;
        var awaited = _asTask?.ReturnType ?? returned;
        if (typeof(Task).IsAssignableFrom(awaited))
            _result = awaited.GetProperty(nameof(Task<>.Result));
        else if (returned != typeof(void))
            ResultType = returned;
        ResultType ??= _result?.PropertyType;
    }

    /// <summary>Type of the method's result after awaiting; null for none.</summary>
    public Type? ResultType { get; }

    /// <param name="instance">Null for a static method.</param>
    /// <param name="arguments">Arguments of the method. For a value type, null means the type's default: the input is missing.</param>
    /// <returns>The result; null for none.</returns>
    public async Task<object?> CallAsync(object? instance, object?[] arguments)
    {
        var returned = _call.Invoke(instance, arguments.AsSpan());
        if ((_asTask?.Invoke(returned, null) ?? returned) is not Task task)
            return returned;
        await task;
        return _result?.GetValue(task);
    }
}
