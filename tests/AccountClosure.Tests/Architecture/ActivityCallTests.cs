using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Tests.Architecture;

/// <summary>Orchestrators call activities through typed methods. Only these tests compare the methods with the activities.</summary>
public sealed class ActivityCallTests
{
    private static readonly Assembly App = typeof(ServiceRegistration).Assembly;

    [Fact]
    public void Each_activity_has_one_typed_call_with_its_own_input_and_result()
    {
        var activities = App.GetTypes().SelectMany(type => type.GetMethods()).Where(method => Trigger(method) is not null)
            .Select(method =>
                $"{method.ReturnType} {method.GetCustomAttribute<FunctionAttribute>()!.Name}({Trigger(method)!.ParameterType})");
        var calls = App.GetType("AccountClosure.Orchestrations.ActivityCalls", throwOnError: true)!
            .GetMethods(BindingFlags.Static | BindingFlags.Public)
            .Select(method => $"{method.ReturnType} {method.Name}({method.GetParameters()[1].ParameterType})");

        calls.Order(StringComparer.Ordinal).ShouldBe(activities.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_typed_call_has_the_name_of_its_activity() =>
        SourceTree.In("Orchestrations").Single(file => file.Path.EndsWith("/ActivityCalls.orchestrator.cs", StringComparison.Ordinal))
            .Code.Split("public static ").Skip(1)
            .Where(call => !call.Contains($"(nameof(Activities.{call.Split('(')[0].Split(' ')[^1]}), ", StringComparison.Ordinal))
            .ShouldBeEmpty();

    [Fact]
    public void An_orchestrator_calls_activities_only_through_typed_calls() =>
        SourceTree.In("Orchestrations")
            .Where(file => !file.Path.EndsWith("/ActivityCaller.orchestrator.cs", StringComparison.Ordinal))
            .Where(file => file.Code.Contains("CallActivityAsync", StringComparison.Ordinal))
            .Select(file => file.Path)
            .ShouldBeEmpty();

    private static ParameterInfo? Trigger(MethodInfo method) =>
        method.GetParameters().SingleOrDefault(parameter => parameter.IsDefined(typeof(ActivityTriggerAttribute), inherit: false));
}
