using Microsoft.DurableTask;

namespace AccountClosure.Embedded.Engine.Episodes;

/// <summary>Runs an orchestrator's code for the SDK, with a context that detects code that leaves its episode.</summary>
internal sealed class GuardedOrchestrator(Func<TaskOrchestrationContext, Task<object?>> run, DataConverter converter) : ITaskOrchestrator
{
    private GuardedContext? _context;

    public Type InputType => typeof(Payload);

    public Type OutputType => typeof(object);

    /// <summary>Whether the code has called <c>ContinueAsNew</c>.</summary>
    public bool HasContinuedAsNew => _context is { HasContinuedAsNew: true };

    /// <summary>Whether the code waits for a task of its context.</summary>
    public bool IsWaiting => _context is { IsWaiting: true };

    public Task<object?> RunAsync(TaskOrchestrationContext context, object? input)
    {
        _context = new GuardedContext(context, (Payload)input!, converter);
        return run(_context);
    }
}
