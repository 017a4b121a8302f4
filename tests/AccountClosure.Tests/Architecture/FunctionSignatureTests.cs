using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Tests.Architecture;

/// <summary>What the SDK and its generated code require of a function.</summary>
public sealed class FunctionSignatureTests
{
    private static readonly List<(string Name, MethodInfo Method)> Functions =
        [.. from type in typeof(ServiceRegistration).Assembly.GetTypes()
            from method in type.GetMethods(
                BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            let function = method.GetCustomAttribute<FunctionAttribute>()
            where function is not null
            select (function.Name, method)];

    [Fact]
    public void A_function_is_a_public_method_of_a_public_class_that_is_not_generic() =>
        Functions.Where(function => !function.Method.IsPublic || !function.Method.DeclaringType!.IsVisible
                || function.Method.IsGenericMethod || function.Method.DeclaringType.IsGenericType)
            .ShouldBeEmpty();

    [Fact]
    public void Function_names_are_unique_regardless_of_case()
    {
        Functions.ShouldNotBeEmpty();
        Functions.Select(function => function.Name).ShouldBeUnique(StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_function_has_one_trigger_and_at_most_one_binding_per_parameter()
    {
        Functions.Where(function => function.Method.GetParameters()
            .Count(parameter => parameter.IsDefined(typeof(TriggerBindingAttribute), false)) != 1).ShouldBeEmpty();
        Functions.SelectMany(function => function.Method.GetParameters())
            .Where(parameter => parameter.GetCustomAttributes<BindingAttribute>(false).Count() > 1)
            .ShouldBeEmpty();
    }

    [Fact]
    public void Generated_code_can_access_the_parameter_and_return_types_of_a_function() =>
        Functions.SelectMany(
            function => function.Method.GetParameters().Select(parameter => parameter.ParameterType).Append(function.Method.ReturnType))
            .Where(type => !type.IsVisible)
            .ShouldBeEmpty();

    [Fact]
    public void No_function_is_async_without_a_task() =>
        Functions.Where(function => !typeof(Task).IsAssignableFrom(function.Method.ReturnType)).ShouldBeEmpty();

    [Fact]
    public void An_orchestrator_takes_its_context_and_its_input_and_nothing_else()
    {
        var orchestrators = Functions.Where(function => Trigger<OrchestrationTriggerAttribute>(function.Method) is not null).ToList();

        orchestrators.ShouldNotBeEmpty();
        orchestrators.ShouldAllBe(
            function => Trigger<OrchestrationTriggerAttribute>(function.Method)!.ParameterType == typeof(TaskOrchestrationContext));
        orchestrators.SelectMany(function => function.Method.GetParameters())
            .Where(parameter => parameter.ParameterType == typeof(CancellationToken)
                || parameter.IsDefined(typeof(InputBindingAttribute), false))
            .ShouldBeEmpty();
    }

    [Fact]
    public void An_HTTP_trigger_requires_a_key_except_on_the_liveness_route()
    {
        var triggers = Functions.Select(function => (function.Name, Data: function.Method.GetParameters()
                .SelectMany(parameter => parameter.GetCustomAttributesData())
                .SingleOrDefault(data => data.AttributeType == typeof(HttpTriggerAttribute))))
            .Where(function => function.Data is not null)
            .Select(function => (function.Name, Level: (AuthorizationLevel?)(int?)function.Data!.ConstructorArguments
                .SingleOrDefault(argument => argument.ArgumentType == typeof(AuthorizationLevel)).Value))
            .ToList();

        triggers.ShouldAllBe(
            trigger => trigger.Level == (trigger.Name == "GetHealth" ? AuthorizationLevel.Anonymous : AuthorizationLevel.Function));
    }

    [Fact]
    public void A_durable_client_is_bound_to_the_durable_client_only() =>
        Functions.SelectMany(function => function.Method.GetParameters())
            .Where(parameter => parameter.IsDefined(typeof(DurableClientAttribute), false)
                && parameter.ParameterType != typeof(DurableTaskClient))
            .ShouldBeEmpty();

    private static ParameterInfo? Trigger<T>(MethodInfo method)
        where T : Attribute => method.GetParameters().SingleOrDefault(parameter => parameter.IsDefined(typeof(T), false));
}
