using System.Buffers.Binary;
using AccountClosure.Embedded.Engine;
using AccountClosure.Embedded.Host.Functions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Host.Invocation;

/// <summary>Runs invocations: creates the context, then calls the app's middleware and the function.</summary>
internal sealed class FunctionRunner
{
    private readonly FunctionExecutionDelegate _pipeline;
    private readonly long _started;
    private DurableTaskClient? _client;
    private long _invocations;

    public FunctionRunner(IServiceProvider services, WorkerBuilder worker, DataConverter converter, TimeProvider time)
    {
        Services = services;
        Converter = converter;
        _started = time.GetUtcNow().UtcTicks;
        _pipeline = worker.Around(InvokeFunction);
    }

    public IServiceProvider Services { get; }

    public DataConverter Converter { get; }

    /// <summary>Client of the engine. It is set after construction, because the engine needs this runner's functions.</summary>
    public DurableTaskClient Client
    {
        get => _client ?? throw new InvalidOperationException("The engine has not been opened yet.");
        set => _client = value;
    }

    private string NextInvocationId()
    {
        // Contains the host's start and a counter instead of random bits, so that a virtual run repeats its logs exactly.
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(id, _started);
        BinaryPrimitives.WriteInt64BigEndian(id[8..], Interlocked.Increment(ref _invocations));
        return new Guid(id, bigEndian: true).ToString();
    }

    /// <summary>Creates the engine's catalog of orchestrators and activities, by the trigger's name or else the function's name.</summary>
    /// <exception cref="FunctionDefinitionException">Two orchestrators or two activities have the same name.</exception>
    public FunctionCatalog CreateCatalog(IEnumerable<FunctionDescriptor> functions)
    {
        var catalog = new FunctionCatalog();
        var mistakes = new List<string>();
        foreach (var function in functions)
        {
            try
            {
                if (function.Trigger is OrchestrationTriggerAttribute { Orchestration: var orchestrator })
                    catalog.AddOrchestrator(orchestrator ?? function.Name, context => RunAsync(function, context, CancellationToken.None));
                if (function.Trigger is ActivityTriggerAttribute { Activity: var activity })
                    catalog.AddActivity(activity ?? function.Name, call => RunAsync(function, call, call.Cancellation));
            }
            catch (ArgumentException)
            {
                mistakes.Add($"Function '{function.Name}': another orchestrator or activity has the same name.");
            }
        }
        return mistakes.Count == 0 ? catalog : throw new FunctionDefinitionException(mistakes);
    }

    /// <param name="function">The function to run.</param>
    /// <param name="trigger">What triggered it: an HttpContext, TimerInfo, TaskOrchestrationContext or ActivityCall.</param>
    /// <param name="cancellation">Token for the function.</param>
    /// <returns>Return value of the function.</returns>
    public async Task<object?> RunAsync(FunctionDescriptor function, object trigger, CancellationToken cancellation)
    {
        await using var context = new EmbeddedFunctionContext(this, function, NextInvocationId(), trigger, cancellation);
        await _pipeline(context);
        return context.Result;
    }

    private static async Task InvokeFunction(FunctionContext context)
    {
        var invocation = (EmbeddedFunctionContext)context;
        invocation.Result = await invocation.Function.InvokeAsync(invocation);
    }
}
