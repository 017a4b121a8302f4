using AccountClosure.Embedded.Host.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using RetryContext = Microsoft.Azure.Functions.Worker.RetryContext;

namespace AccountClosure.Embedded.Host.Invocation;

/// <summary>The context of one invocation. Its scope of services is created on first use.</summary>
internal sealed class EmbeddedFunctionContext(
    FunctionRunner runner, FunctionDescriptor function, string invocationId, object trigger, CancellationToken cancellation)
    : FunctionContext, IAsyncDisposable
{
    private AsyncServiceScope? _scope;
    private IServiceProvider? _services;

    /// <summary>What triggered the invocation: an HttpContext, TimerInfo, TaskOrchestrationContext or ActivityCall.</summary>
    public object Trigger => trigger;

    /// <summary>Return value of the function.</summary>
    public object? Result { get; set; }

    public FunctionDescriptor Function => function;

    public DataConverter Converter => runner.Converter;

    public DurableTaskClient Client => runner.Client;

    public override FunctionDefinition FunctionDefinition => function;

    public override string FunctionId => function.Id;

    public override string InvocationId => invocationId;

    public override TraceContext TraceContext { get; } = new InvocationTrace((trigger as HttpContext)?.Request.Headers);

    public override BindingContext BindingContext { get; } = new InvocationBindings((trigger as HttpContext)?.Request.RouteValues ?? []);

    public override RetryContext RetryContext { get; } = new NoRetries();

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features { get; } = new InvocationFeatures();

    public override CancellationToken CancellationToken => cancellation;

    public override IServiceProvider InstanceServices
    {
        get => _services ??= (_scope = runner.Services.CreateAsyncScope()).Value.ServiceProvider;
        set => _services = value;
    }

    public ValueTask DisposeAsync() => _scope?.DisposeAsync() ?? ValueTask.CompletedTask;
}
