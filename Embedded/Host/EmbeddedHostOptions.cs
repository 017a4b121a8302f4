using System.Reflection;
using AccountClosure.Embedded.Engine;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Embedded.Host;

/// <summary>Options of an embedded host.</summary>
public sealed class EmbeddedHostOptions
{
    /// <summary>Assembly of the app. Its functions are the public methods with <c>[Function]</c>.</summary>
    public required Assembly Functions { get; init; }

    /// <summary>Selects the types of the assembly whose functions the host runs. Default: all types.</summary>
    public Func<Type, bool> FunctionTypes { get; init; } = _ => true;

    public required EngineOptions Engine { get; init; }

    public required TimeProvider TimeProvider { get; init; }

    public required IConfiguration Configuration { get; init; }

    /// <summary>Key that callers send as <c>x-functions-key</c> or <c>?code=</c>. The host never logs it.</summary>
    public required string FunctionKey { get; init; }

    /// <summary>Adds the app's services and its middleware, the outermost first, as its <c>Program</c> does.</summary>
    public Action<IFunctionsWorkerApplicationBuilder>? ConfigureWorker { get; init; }

    public Action<ILoggingBuilder>? ConfigureLogging { get; init; }

    /// <summary>Port on 127.0.0.1 to listen at: 0 for any free port, null for no socket.</summary>
    public int? Port { get; init; }

    /// <summary>Path of the file that keeps the last runs of the timer functions; null keeps them in memory.</summary>
    public string? TimerStatePath { get; init; }

    /// <summary>Maximum size of a request body in bytes. The host refuses larger ones with 413. Default: 1 MiB.</summary>
    public int MaxRequestBodySize { get; init; } = 1024 * 1024;

    /// <summary>
    /// Maximum time that a stop waits for running requests and timer functions before it cancels them, in real time. Default: 10 seconds.
    /// With an inline engine, a stop cancels them at once, because the stopping thread is the one that runs them.
    /// </summary>
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(10);
}
