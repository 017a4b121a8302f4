using System.Reflection;
using AccountClosure.Embedded.Host.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Embedded.Host.Functions;

/// <summary>Gives one argument of a function for one invocation.</summary>
internal delegate object? ParameterBinder(EmbeddedFunctionContext context);

/// <summary>One function of the app, ready to be called.</summary>
internal sealed class FunctionDescriptor
{
    private readonly FunctionInvoker _invoke;
    private readonly ParameterBinder[] _binders;
    private readonly ObjectFactory? _createInstance;

    public FunctionDescriptor(
        string name, MethodInfo method, TriggerBindingAttribute trigger, ParameterBinder[] binders, FunctionDefinition definition)
    {
        Name = name;
        Trigger = trigger;
        Definition = definition;
        NeedsKey = !IsAnonymous(method);
        _binders = binders;
        _invoke = FunctionInvokerCompiler.Compile(method);
        _createInstance = method.IsStatic ? null : ActivatorUtilities.CreateFactory(method.DeclaringType!, []);
    }

    public string Name { get; }

    public TriggerBindingAttribute Trigger { get; }

    public FunctionDefinition Definition { get; }

    /// <summary>Whether a request must show a key: unless the trigger says "anonymous" itself.</summary>
    public bool NeedsKey { get; }

    /// <summary>As the Functions host would list it.</summary>
    public ServedFunction Served => Trigger switch
    {
        HttpTriggerAttribute http => new ServedFunction(
            Name,
            "httpTrigger",
            string.IsNullOrEmpty(http.Route) ? Name : http.Route,
            string.Join(',', (http.Methods ?? []).Select(method => method.ToUpperInvariant())),
            NeedsKey ? nameof(AuthorizationLevel.Function) : nameof(AuthorizationLevel.Anonymous)),
        TimerTriggerAttribute timer => new ServedFunction(Name, "timerTrigger", Schedule: timer.Schedule),
        OrchestrationTriggerAttribute => new ServedFunction(Name, "orchestrationTrigger"),
        _ => new ServedFunction(Name, "activityTrigger"),
    };

    /// <summary>Makes the instance where there is one, binds the arguments, calls the method.</summary>
    public async Task<object?> InvokeAsync(EmbeddedFunctionContext context)
    {
        object? instance = _createInstance?.Invoke(context.InstanceServices, []);
        try
        {
            var arguments = new object?[_binders.Length];
            for (int i = 0; i < arguments.Length; i++)
                arguments[i] = _binders[i](context);
            return await _invoke(instance, arguments);
        }
        finally
        {
            if (instance is IAsyncDisposable asyncDisposable)
                await asyncDisposable.DisposeAsync();
            else
                (instance as IDisposable)?.Dispose();
        }
    }

    // What the attribute's property says of a trigger without a level is not what the Functions host makes of it.
    private static bool IsAnonymous(MethodInfo method) => method.GetParameters()
        .SelectMany(parameter => parameter.GetCustomAttributesData())
        .Where(attribute => attribute.AttributeType == typeof(HttpTriggerAttribute))
        .SelectMany(attribute => attribute.ConstructorArguments)
        .Any(argument => argument.ArgumentType == typeof(AuthorizationLevel) && (int)argument.Value! == (int)AuthorizationLevel.Anonymous);
}
