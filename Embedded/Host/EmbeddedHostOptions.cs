using System.Reflection;
using AccountClosure.Embedded.Engine;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Embedded.Host;

/// <summary>What one embedded host runs, and on which clock, store and address.</summary>
public sealed class EmbeddedHostOptions
{
    /// <summary>The assembly whose public methods with <c>[Function]</c> are the app.</summary>
    public required Assembly Functions { get; init; }

    /// <summary>Which of the assembly's types to take functions from; all of them unless set.</summary>
    public Func<Type, bool> FunctionTypes { get; init; } = _ => true;

    public required EngineOptions Engine { get; init; }

    public required TimeProvider TimeProvider { get; init; }

    public required IConfiguration Configuration { get; init; }

    /// <summary>What callers send as <c>x-functions-key</c> or <c>?code=</c>. Never logged.</summary>
    public required string FunctionKey { get; init; }

    /// <summary>Adds the app's services and its middleware, the outermost first, as its <c>Program</c> does.</summary>
    public Action<IFunctionsWorkerApplicationBuilder>? ConfigureWorker { get; init; }

    public Action<ILoggingBuilder>? ConfigureLogging { get; init; }

    /// <summary>Where to listen on 127.0.0.1: 0 for any free port, null for no socket at all.</summary>
    public int? Port { get; init; }

    /// <summary>Where the last runs of the timer functions are kept over a restart; null keeps them in memory.</summary>
    public string? TimerStatePath { get; init; }

    /// <summary>Larger request bodies are refused with 413. In bytes.</summary>
    public int MaxRequestBodySize { get; init; } = 1024 * 1024;

    /// <summary>
    /// How long a stop waits for running requests and timer functions before it cancels them, in real time; 10 seconds unless set.
    /// With an inline engine a stop cancels them at once, because the thread that stops is the one that would finish them.
    /// </summary>
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(10);
}
