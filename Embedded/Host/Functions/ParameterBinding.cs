using System.ComponentModel;
using System.Reflection;
using AccountClosure.Embedded.Engine;
using AccountClosure.Embedded.Host.Http;
using AccountClosure.Embedded.Host.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Host.Functions;

/// <summary>Returns one argument of a function for one invocation.</summary>
internal delegate object? ParameterBinder(EmbeddedFunctionContext context);

/// <summary>Decides where each argument of a method comes from, once for all invocations.</summary>
internal sealed class ParameterBinding(TriggerBindingAttribute trigger, ParameterInfo triggerParameter, MethodInfo method)
{
    private readonly IReadOnlyList<string> _routeParameters = trigger is HttpTriggerAttribute http ? RouteParameters(http) : [];

    public ParameterBinder[] BindAll()
    {
        var parameters = method.GetParameters().Select(parameter => (Parameter: parameter, Binder: BindKnown(parameter))).ToList();
        ParameterInfo[] inputs = [.. parameters.Where(each => each.Binder is null).Select(each => each.Parameter)];
        var takesInput = trigger is OrchestrationTriggerAttribute
            || (trigger is ActivityTriggerAttribute && triggerParameter.ParameterType == typeof(TaskActivityContext));
        if (takesInput && inputs.Length > 1)
            throw new UnsupportedFunction($"it has more than one input: {string.Join(", ", inputs.Select(input => input.Name))}");
        if (!takesInput && trigger is not HttpTriggerAttribute && inputs.Length > 0)
            throw new UnsupportedFunction($"nothing can be bound to its parameter '{inputs[0].Name}'");
        return [.. parameters.Select(each => each.Binder ?? BindInput(each.Parameter))];
    }

    /// <returns>Null for a parameter that can only be an input or a route value.</returns>
    private ParameterBinder? BindKnown(ParameterInfo parameter)
    {
        // Compares positions, because reflection can create two objects for a parameter when two threads ask at the same time.
        if (parameter.Position == triggerParameter.Position)
            return BindTrigger(parameter);
        if (parameter.ParameterType == typeof(FunctionContext))
            return context => context;
        if (parameter.ParameterType == typeof(CancellationToken))
            return context => context.CancellationToken;
        if (parameter.IsDefined(typeof(DurableClientAttribute)))
        {
            return parameter.ParameterType == typeof(DurableTaskClient)
                ? context => context.Client
                : throw new UnsupportedFunction($"its durable client '{parameter.Name}' must be a {nameof(DurableTaskClient)}");
        }
        if (parameter.GetCustomAttribute<BindingAttribute>() is { } binding)
            throw new UnsupportedFunction($"the binding {binding.GetType().Name} of '{parameter.Name}' is not supported");
        return null;
    }

    private ParameterBinder BindInput(ParameterInfo parameter) => trigger switch
    {
        HttpTriggerAttribute => BindRouteValue(parameter),
        OrchestrationTriggerAttribute => OrDefault(OrchestrationInput(parameter.ParameterType), parameter),
        _ => OrDefault(ActivityInput(parameter.ParameterType), parameter),
    };

    private ParameterBinder BindTrigger(ParameterInfo parameter) => trigger switch
    {
        ActivityTriggerAttribute when parameter.ParameterType == typeof(TaskActivityContext) =>
            context => new EmbeddedActivityContext((ActivityCall)context.Trigger),
        ActivityTriggerAttribute => ActivityInput(parameter.ParameterType),
        HttpTriggerAttribute => context => new EmbeddedHttpRequestData(context, ((HttpContext)context.Trigger).Request),
        _ => context => context.Trigger,
    };

    private static ParameterBinder ActivityInput(Type type) =>
        context => context.Converter.Deserialize(((ActivityCall)context.Trigger).Input, type);

    private static ParameterBinder OrchestrationInput(Type type)
    {
        var reader = typeof(TaskOrchestrationContext).GetMethod(nameof(TaskOrchestrationContext.GetInput))!;
        var getInput = MethodInvoker.Create(reader.MakeGenericMethod(type));
        return context => getInput.Invoke(context.Trigger);
    }

    private static ParameterBinder OrDefault(ParameterBinder bind, ParameterInfo parameter) => parameter.HasDefaultValue
        ? context => bind(context) ?? parameter.DefaultValue
        : bind;

    private ParameterBinder BindRouteValue(ParameterInfo parameter)
    {
        var name = parameter.Name!;
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        var converter = TypeDescriptor.GetConverter(type);
        if (!_routeParameters.Contains(name, StringComparer.OrdinalIgnoreCase))
            throw new UnsupportedFunction($"its parameter '{name}' is not in its route");
        if (!converter.CanConvertFrom(typeof(string)))
            throw new UnsupportedFunction($"its route parameter '{name}' cannot be read as a {type.Name}");
        return context => context.BindingContext.BindingData.TryGetValue(name, out var value) && value is string text
            ? Convert(name, text)
            : parameter.HasDefaultValue ? parameter.DefaultValue : null;

        object? Convert(string part, string text)
        {
            try
            {
                return type == typeof(string) ? text : converter.ConvertFromInvariantString(text);
            }
            catch (Exception exception) when (exception is FormatException or ArgumentException or NotSupportedException)
            {
                throw new HttpErrorException(400, $"'{part}' in the path is not a valid {type.Name}.");
            }
        }
    }

    private static List<string> RouteParameters(HttpTriggerAttribute http)
    {
        try
        {
            return [.. TemplateParser.Parse(http.Route ?? "").Parameters.Select(part => part.Name!)];
        }
        catch (ArgumentException exception)
        {
            throw new UnsupportedFunction($"its route is not valid: {exception.Message}");
        }
    }
}
