using AccountClosure.Embedded.Host.Functions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using RetryContext = Microsoft.Azure.Functions.Worker.RetryContext;

namespace AccountClosure.Embedded.Host.Invocation;

/// <summary>One invocation. Its scope of services is made when somebody first asks for it.</summary>
internal sealed class EmbeddedFunctionContext : FunctionContext, IAsyncDisposable
{
    private readonly FunctionRunner _runner;
    private AsyncServiceScope? _scope;
    private IServiceProvider? _services;
    private IDictionary<object, object>? _items;
    private InvocationFeatures? _features;

    public EmbeddedFunctionContext(
        FunctionRunner runner,
        FunctionDescriptor function,
        string invocationId,
        InvocationOrigin origin,
        Func<FunctionContext, object> createTrigger,
        CancellationToken cancellation)
    {
        _runner = runner;
        Function = function;
        InvocationId = invocationId;
        BindingContext = new InvocationBindings(origin.BindingData);
        TraceContext = new InvocationTrace(origin.TraceParent, origin.TraceState);
        CancellationToken = cancellation;
        Trigger = createTrigger(this);
    }

    public FunctionDescriptor Function { get; }

    /// <summary>HttpRequestData, TimerInfo, TaskOrchestrationContext or ActivityCall.</summary>
    public object Trigger { get; }

    /// <summary>What the function returned.</summary>
    public object? Result { get; set; }

    public DataConverter Converter => _runner.Converter;

    public DurableTaskClient Client => _runner.Client;

    public override string InvocationId { get; }

    public override string FunctionId => FunctionDefinition.Id;

    public override TraceContext TraceContext { get; }

    public override BindingContext BindingContext { get; }

    public override RetryContext RetryContext { get; } = new NoRetries();

    public override IServiceProvider InstanceServices
    {
        get
        {
            if (_services is null)
            {
                _scope = _runner.Services.CreateAsyncScope();
                _services = _scope.Value.ServiceProvider;
            }
            return _services;
        }
        set => _services = value;
    }

    public override FunctionDefinition FunctionDefinition => Function.Definition;

    public override IDictionary<object, object> Items
    {
        get => _items ??= new Dictionary<object, object>();
        set => _items = value;
    }

    public override IInvocationFeatures Features => _features ??= new InvocationFeatures();

    public override CancellationToken CancellationToken { get; }

    public ValueTask DisposeAsync() => _scope?.DisposeAsync() ?? ValueTask.CompletedTask;
}
