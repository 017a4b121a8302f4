using System.Collections.Immutable;
using System.Reflection;
using AccountClosure.Embedded.Host.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Embedded.Host.Functions;

/// <summary>One function of the app. Describes it to middleware, and calls it.</summary>
internal sealed class FunctionDescriptor : FunctionDefinition
{
    private readonly FunctionInvoker _invoker;
    private readonly ParameterBinder[] _binders;
    private readonly ObjectFactory? _createInstance;

    public FunctionDescriptor(string name, MethodInfo method, FunctionInvoker invoker, ParameterInfo trigger, ParameterBinder[] binders)
    {
        Name = name;
        Trigger = trigger.GetCustomAttribute<TriggerBindingAttribute>()!;
        PathToAssembly = method.Module.FullyQualifiedName;
        EntryPoint = $"{method.DeclaringType!.FullName}.{method.Name}";
        Parameters = [.. method.GetParameters().Select(p =>
            new FunctionParameter(p.Name!, p.ParameterType, p.HasDefaultValue, p.HasDefaultValue ? p.DefaultValue : null))];
        InputBindings = method.GetParameters()
            .Where(p => p.IsDefined(typeof(BindingAttribute)))
            .ToImmutableDictionary(p => p.Name!, p => (BindingMetadata)new Binding(
                p.Name!, TypeNameOf(p.GetCustomAttribute<BindingAttribute>()!), BindingDirection.In));
        OutputBindings = Trigger is HttpTriggerAttribute
            ? ImmutableDictionary<string, BindingMetadata>.Empty.Add("$return", new Binding("$return", "http", BindingDirection.Out))
            : ImmutableDictionary<string, BindingMetadata>.Empty;
        NeedsKey = !IsAnonymous(trigger);
        _binders = binders;
        _invoker = invoker;
        _createInstance = method.IsStatic ? null : ActivatorUtilities.CreateFactory(method.DeclaringType!, []);
    }

    public TriggerBindingAttribute Trigger { get; }

    /// <summary>Whether a request needs a key. Only a trigger with the level "anonymous" needs none.</summary>
    public bool NeedsKey { get; }

    public override ImmutableArray<FunctionParameter> Parameters { get; }

    public override string PathToAssembly { get; }

    public override string EntryPoint { get; }

    // Names are unique within an app.
    public override string Id => Name;

    public override string Name { get; }

    public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; }

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; }

    /// <summary>The function as the Functions host lists it.</summary>
    public ServedFunction Served => Trigger switch
    {
        HttpTriggerAttribute http => new ServedFunction(
            Name,
            TypeNameOf(http),
            string.IsNullOrEmpty(http.Route) ? Name : http.Route,
            string.Join(',', http.Methods ?? []).ToUpperInvariant(),
            NeedsKey ? nameof(AuthorizationLevel.Function) : nameof(AuthorizationLevel.Anonymous)),
        TimerTriggerAttribute timer => new ServedFunction(Name, TypeNameOf(timer), Schedule: timer.Schedule),
        _ => new ServedFunction(Name, TypeNameOf(Trigger)),
    };

    /// <summary>Creates an instance for a method that is not static, binds the arguments and calls the method.</summary>
    public async Task<object?> InvokeAsync(EmbeddedFunctionContext context)
    {
        var instance = _createInstance?.Invoke(context.InstanceServices, []);
        try
        {
            return await _invoker.CallAsync(instance, Array.ConvertAll(_binders, bind => bind(context)));
        }
        finally
        {
            if (instance is IAsyncDisposable asyncDisposable)
                await asyncDisposable.DisposeAsync();
            else
                (instance as IDisposable)?.Dispose();
        }
    }

    // For example, the type of the binding HttpTriggerAttribute is "httpTrigger".
    private static string TypeNameOf(BindingAttribute binding)
    {
        var name = binding.GetType().Name;
        return char.ToLowerInvariant(name[0]) + name[1..^nameof(Attribute).Length];
    }

    // Reads the constructor's argument, because without a level the attribute's property differs from the default of the Functions host.
    private static bool IsAnonymous(ParameterInfo trigger) => trigger.GetCustomAttributesData()
        .SelectMany(attribute => attribute.ConstructorArguments)
        .Any(argument => argument.ArgumentType == typeof(AuthorizationLevel) && (int)argument.Value! == (int)AuthorizationLevel.Anonymous);

    private sealed class Binding(string name, string type, BindingDirection direction) : BindingMetadata
    {
        public override string Name => name;

        public override string Type => type;

        public override BindingDirection Direction => direction;
    }
}
