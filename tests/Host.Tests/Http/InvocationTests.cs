using System.Net;
using System.Text.Json;
using AccountClosure.Embedded.Host.Tests.App;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AccountClosure.Embedded.Host.Tests.Http;

public sealed class InvocationTests
{
    private readonly VisitLog _log = new();

    [Fact]
    public async Task Each_invocation_has_its_own_scope_which_ends_with_it()
    {
        await using var host = await StartAsync();

        (await host.Http.GetStringAsync("/api/Visit")).ShouldBe("1 True 0");
        (await host.Http.GetStringAsync("/api/Visit")).ShouldBe("2 True 1");
        _log.Closed.ShouldBe(2);
    }

    [Fact]
    public async Task Middleware_runs_around_the_function_in_the_order_of_its_registration()
    {
        await using var host = await StartAsync();
        await host.Http.GetStringAsync("/api/Visit");

        _log.Lines.ShouldBe(["outer in Visit", "inner in", "function Visit middleware", "disposed", "inner out", "outer out"]);
    }

    [Fact]
    public async Task JSON_is_read_and_written_by_the_serializer_that_the_app_configured()
    {
        await using var host = await TestHost.StartAsync(
            new TestHostSettings
            {
                ConfigureWorker = worker => worker.Services.Configure<JsonSerializerOptions>(
                    options => options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower),
            },
            typeof(HttpFunctions));

        var response = await host.Http.PostAsync("/api/Json", TestHost.Json("""{"first_name":"ada"}"""));

        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"first_name":"ADA"}""");
        response.Content.Headers.ContentType!.ToString().ShouldBe("application/json; charset=utf-8");
    }

    [Fact]
    public async Task In_virtual_time_a_waiting_function_continues_on_the_thread_that_moves_the_clock()
    {
        var host = await TestHost.StartAsync(typeof(WaitingFunctions));
        var call = host.Http.GetAsync("/api/wait/90");
        call.IsCompleted.ShouldBeFalse();

        host.Run.AdvanceTo(TestHost.Start.AddSeconds(89));
        call.IsCompleted.ShouldBeFalse();
        host.Run.AdvanceTo(TestHost.Start.AddSeconds(90));

        call.IsCompletedSuccessfully.ShouldBeTrue();
        (await call).Headers.GetValues("X-Same-Thread").ShouldBe(["True"]);
        await host.DisposeAsync();
    }

    [Fact]
    public async Task In_virtual_time_a_caller_that_gives_up_is_released_and_the_function_continues()
    {
        await using var host = await TestHost.StartAsync(typeof(WaitingFunctions));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10), host.Clock);
        var call = host.Http.GetAsync("/api/Deaf", patience.Token);

        host.Run.AdvanceTo(TestHost.Start.AddSeconds(10));

        call.IsCanceled.ShouldBeTrue();
    }

    [Fact]
    public async Task A_stopped_host_refuses_new_requests()
    {
        var host = await TestHost.StartAsync(typeof(HttpFunctions));
        await host.Host.StopAsync();

        var response = await host.Http.GetAsync("/api/open");

        await Errors.ExpectAsync(response, HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter.ShouldNotBeNull();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Stopping_cancels_functions_that_do_not_end()
    {
        var host = await TestHost.StartAsync(typeof(WaitingFunctions));
        var call = host.Http.GetAsync("/api/wait/90");

        await host.Host.StopAsync();

        call.IsCompleted.ShouldBeTrue();
        (await call).StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        await host.DisposeAsync();
    }

    private Task<TestHost> StartAsync() => TestHost.StartAsync(
        new TestHostSettings
        {
            ConfigureWorker = worker =>
            {
                worker.Services.AddSingleton(_log).AddScoped<Visit>();
                worker.UseMiddleware<Outer>().UseMiddleware(Inner);
            },
        },
        typeof(ScopedFunctions));

    private async Task Inner(FunctionContext context, Func<Task> next)
    {
        context.Items["from"] = "middleware";
        _log.Lines.Add("inner in");
        await next();
        _log.Lines.Add("inner out");
    }

    private sealed class Outer(VisitLog log) : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            log.Lines.Add($"outer in {context.FunctionDefinition.Name}");
            await next(context);
            log.Lines.Add("outer out");
        }
    }
}
