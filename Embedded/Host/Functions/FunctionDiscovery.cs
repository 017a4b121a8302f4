using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;

namespace AccountClosure.Embedded.Host.Functions;

/// <summary>Finds the functions of an assembly, and refuses functions that would fail when called.</summary>
internal static partial class FunctionDiscovery
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    // Cached, because describing the functions takes most of a host's start, and a test process starts many hosts.
    private static readonly ConcurrentDictionary<MethodInfo, FunctionDescriptor> Described = new();

    /// <exception cref="FunctionDefinitionException">Functions are not valid. The message lists every mistake.</exception>
    public static IReadOnlyList<FunctionDescriptor> Find(Assembly assembly, Func<Type, bool> isWanted)
    {
        var mistakes = new List<string>();
        var functions = new Dictionary<string, FunctionDescriptor>(StringComparer.OrdinalIgnoreCase);
        foreach (var method in assembly.GetTypes().Where(isWanted).SelectMany(type => type.GetMethods(Everything)))
        {
            if (method.GetCustomAttribute<FunctionAttribute>() is not { } attribute)
                continue;
            try
            {
                var function = Described.GetOrAdd(method, static (found, name) => Describe(name, found), attribute.Name);
                if (!functions.TryAdd(function.Name, function))
                    throw new UnsupportedFunction($"{functions[function.Name].EntryPoint} has the same name");
            }
            catch (UnsupportedFunction mistake)
            {
                mistakes.Add($"Function '{attribute.Name}' ({method.DeclaringType!.FullName}.{method.Name}): {mistake.Message}.");
            }
        }

        if (mistakes.Count > 0)
            throw new FunctionDefinitionException(mistakes);
        return [.. functions.Values.OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase)];
    }

    private static FunctionDescriptor Describe(string name, MethodInfo method)
    {
        if (!NamePattern().IsMatch(name))
            throw new UnsupportedFunction("its name must be a letter followed by up to 127 letters, digits, '_' or '-'");
        if (!method.IsPublic || !method.DeclaringType!.IsVisible)
            throw new UnsupportedFunction("the method and its class must be public");
        if (method.ContainsGenericParameters || (!method.IsStatic && method.DeclaringType.IsAbstract))
            throw new UnsupportedFunction("the method must not be generic and its class must not be abstract");
        if (method.GetParameters().Any(parameter => parameter.ParameterType.IsByRef))
            throw new UnsupportedFunction("ref and out parameters are not supported");

        ParameterInfo[] triggers = [.. method.GetParameters().Where(p => p.GetCustomAttribute<TriggerBindingAttribute>() is not null)];
        if (triggers.Length != 1)
            throw new UnsupportedFunction($"it must have exactly one parameter with a trigger, and has {triggers.Length}");
        var trigger = triggers[0].GetCustomAttribute<TriggerBindingAttribute>()!;

        var invoker = new FunctionInvoker(method);
        CheckTriggerType(trigger, triggers[0].ParameterType);
        CheckReturnType(trigger, method, invoker.ResultType);
        var binders = new ParameterBinding(trigger, triggers[0], method).BindAll();
        return new FunctionDescriptor(name, method, invoker, triggers[0], binders);
    }

    private static void CheckTriggerType(TriggerBindingAttribute trigger, Type type)
    {
        var expected = trigger switch
        {
            HttpTriggerAttribute => typeof(HttpRequestData),
            TimerTriggerAttribute => typeof(TimerInfo),
            OrchestrationTriggerAttribute => typeof(TaskOrchestrationContext),
            ActivityTriggerAttribute => null,
            _ => throw new UnsupportedFunction($"its trigger {trigger.GetType().Name} is not supported"),
        };
        if (expected is not null && type != expected)
            throw new UnsupportedFunction($"its trigger parameter must be a {expected.Name}, not a {type.Name}");
    }

    private static void CheckReturnType(TriggerBindingAttribute trigger, MethodInfo method, Type? result)
    {
        if (method.ReturnType == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute)))
            throw new UnsupportedFunction("it is async and must return a Task, not void");
        if (trigger is HttpTriggerAttribute && result is not null && !typeof(HttpResponseData).IsAssignableFrom(result))
            throw new UnsupportedFunction($"it must return {nameof(HttpResponseData)} or nothing, not {result.Name}");
        if (trigger is TimerTriggerAttribute && result is not null)
            throw new UnsupportedFunction($"it must return nothing, not {result.Name}");
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_-]{0,127}\z", RegexOptions.ExplicitCapture)]
    private static partial Regex NamePattern();
}
