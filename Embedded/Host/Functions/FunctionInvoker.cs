using System.Linq.Expressions;
using System.Reflection;

namespace AccountClosure.Embedded.Host.Functions;

/// <summary>Calls a function's method and gives its result, or null where it has none.</summary>
internal delegate Task<object?> FunctionInvoker(object? instance, object?[] arguments);

/// <summary>Compiles a method of any supported shape into one delegate, so that a call needs no reflection.</summary>
internal static class FunctionInvokerCompiler
{
    /// <summary>The type of the method's result after awaiting; null for none. False for an awaitable that is not supported.</summary>
    public static bool TryGetResultType(MethodInfo method, out Type? result)
    {
        Type type = method.ReturnType;
        Type? generic = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        bool isPlain = !typeof(Task).IsAssignableFrom(type) && type != typeof(ValueTask) && generic != typeof(ValueTask<>);
        if (type == typeof(void) || type == typeof(Task) || type == typeof(ValueTask))
            result = null;
        else if (generic == typeof(Task<>) || generic == typeof(ValueTask<>))
            result = type.GetGenericArguments()[0];
        else
            result = isPlain ? type : null;
        return isPlain || result is not null || type == typeof(Task) || type == typeof(ValueTask);
    }

    public static FunctionInvoker Compile(MethodInfo method)
    {
        ParameterExpression instance = Expression.Parameter(typeof(object), "instance");
        ParameterExpression arguments = Expression.Parameter(typeof(object?[]), "arguments");
        IEnumerable<Expression> values = method.GetParameters().Select((parameter, index) =>
            Unbox(Expression.ArrayIndex(arguments, Expression.Constant(index)), parameter.ParameterType));
        MethodCallExpression call = method.IsStatic
            ? Expression.Call(method, values)
            : Expression.Call(Expression.Convert(instance, method.DeclaringType!), method, values);
        return Expression.Lambda<FunctionInvoker>(Await(call), instance, arguments).Compile();
    }

    // A null for a value type is its default: an input that was not given.
    private static ConditionalExpression Unbox(Expression value, Type type) => Expression.Condition(
        Expression.Equal(value, Expression.Constant(null)), Expression.Default(type), Expression.Convert(value, type));

    private static Expression Await(MethodCallExpression call)
    {
        Type type = call.Type;
        if (type == typeof(void))
            return Expression.Block(call, Expression.Constant(NoResult));
        if (type == typeof(Task))
            return Call(nameof(OfTask), call);
        if (type == typeof(ValueTask))
            return Call(nameof(OfValueTask), call);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>))
            return Call(nameof(OfTaskWithResult), call, type.GetGenericArguments());
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>))
            return Call(nameof(OfValueTaskWithResult), call, type.GetGenericArguments());
        return Call(nameof(OfValue), Expression.Convert(call, typeof(object)));
    }

    private static MethodCallExpression Call(string helper, Expression call, params Type[] types) =>
        Expression.Call(typeof(FunctionInvokerCompiler), helper, types, call);

    private static readonly Task<object?> NoResult = Task.FromResult<object?>(null);

    private static Task<object?> OfValue(object? value) => Task.FromResult(value);

    private static async Task<object?> OfTask(Task task)
    {
        await task;
        return null;
    }

    private static async Task<object?> OfValueTask(ValueTask task)
    {
        await task;
        return null;
    }

    private static async Task<object?> OfTaskWithResult<T>(Task<T> task) => await task;

    private static async Task<object?> OfValueTaskWithResult<T>(ValueTask<T> task) => await task;
}
