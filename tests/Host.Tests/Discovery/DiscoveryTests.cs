using AccountClosure.Embedded.Host.Functions;
using AccountClosure.Embedded.Host.Tests.App;

namespace AccountClosure.Embedded.Host.Tests.Discovery;

public sealed class DiscoveryTests
{
    [Theory]
    [InlineData(typeof(BrokenFunctions.BadName), "Function '1st thing'", "its name must be")]
    [InlineData(typeof(BrokenFunctions.NotPublic), "'NotPublic'", "must be public")]
    [InlineData(typeof(BrokenFunctions.NoTrigger), "'NoTrigger'", "exactly one parameter with a trigger, and has 0")]
    [InlineData(typeof(BrokenFunctions.TwoTriggers), "'TwoTriggers'", "exactly one parameter with a trigger, and has 2")]
    [InlineData(typeof(BrokenFunctions.WrongTriggerType), "'WrongTriggerType'", "must be a HttpRequestData, not a String")]
    [InlineData(typeof(BrokenFunctions.HttpReturnsText), "'HttpReturnsText'", "must return HttpResponseData or nothing")]
    [InlineData(typeof(BrokenFunctions.NotInRoute), "'NotInRoute'", "'c' is not in its route")]
    [InlineData(typeof(BrokenFunctions.UnknownConstraint), "'UnknownConstraint'", "unknown constraint, 'colour'")]
    [InlineData(typeof(BrokenFunctions.BadRoute), "'BadRoute'", "route is not valid")]
    [InlineData(typeof(BrokenFunctions.TwoInputs), "'TwoInputs'", "more than one input: first, second")]
    [InlineData(typeof(BrokenFunctions.UnboundParameter), "'UnboundParameter'", "nothing can be bound to its parameter 'other'")]
    [InlineData(typeof(BrokenFunctions.WrongClient), "'WrongClient'", "'client' must be a DurableTaskClient")]
    [InlineData(typeof(BrokenFunctions.ByReference), "'ByReference'", "ref and out")]
    [InlineData(typeof(BrokenFunctions.Generic), "'Generic'", "must not be generic")]
    [InlineData(typeof(BrokenFunctions.AsyncVoid), "'AsyncVoid'", "must return a Task, not void")]
    [InlineData(typeof(BrokenFunctions.BadSchedule), "'BadSchedule'", "not a schedule of six fields")]
    [InlineData(typeof(BrokenFunctions.NoSetting), "'NoSetting'", "no setting 'Sweep__Schedule'")]
    public async Task An_invalid_function_stops_the_start_with_a_message_that_names_it(Type type, string name, string mistake)
    {
        var exception = await Should.ThrowAsync<FunctionDefinitionException>(() => TestHost.StartAsync(type));

        exception.Message.ShouldContain(name);
        exception.Message.ShouldContain(mistake);
    }

    [Fact]
    public async Task Two_functions_with_the_same_name_in_any_case_stop_the_start()
    {
        var exception = await Should.ThrowAsync<FunctionDefinitionException>(
            () => TestHost.StartAsync(typeof(BrokenFunctions.TwiceA), typeof(BrokenFunctions.TwiceB)));

        exception.Message.ShouldContain("has the same name");
    }

    [Fact]
    public async Task Two_functions_that_would_answer_the_same_request_stop_the_start()
    {
        var exception = await Should.ThrowAsync<FunctionDefinitionException>(
            () => TestHost.StartAsync(typeof(BrokenFunctions.SameRouteA), typeof(BrokenFunctions.SameRouteB)));

        exception.Message.ShouldBe("Functions 'SameRouteA' and 'SameRouteB' answer the same requests: /api/same/{a}.");
    }

    [Fact]
    public async Task All_errors_are_reported_at_once()
    {
        var exception = await Should.ThrowAsync<FunctionDefinitionException>(
            () => TestHost.StartAsync(typeof(BrokenFunctions.NoTrigger), typeof(BrokenFunctions.Generic)));

        exception.Message.Split('\n').Length.ShouldBe(2);
    }
}
