using AccountClosure.Embedded.Engine;
using AccountClosure.Simulator;
using DurableTask.Core.History;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.App;

/// <summary>Settings that a test can change.</summary>
public sealed record ClosureAppSettings
{
    /// <summary>Monday, 2 March 2026, 10:00 in New York: the market is open, and no holiday is near.</summary>
    public static readonly DateTimeOffset MondayMorning = Eastern.At(2026, 3, 2, 10);

    public DateTimeOffset Start { get; init; } = MondayMorning;

    /// <summary>Keeps the stores in files, so that <see cref="ClosureApp.Restart"/> can start from them.</summary>
    public bool OnDisk { get; init; }

    /// <summary>Whether every commit reaches the disk. Tests do not need it, because none of them cuts the power.</summary>
    public bool FlushToDisk { get; init; }

    /// <summary>See <see cref="EngineOptions.KeepsSession"/>. Every other episode begins with a replay unless set.</summary>
    public Func<bool>? KeepsSession { get; init; }

    /// <summary>See <see cref="EngineOptions.ExecutionEnded"/>.</summary>
    public Action<string, IReadOnlyList<HistoryEvent>>? ExecutionEnded { get; init; }

    /// <summary>Settings of the app, such as <c>Closure:DailyTransferLimit</c>.</summary>
    public Dictionary<string, string?> Configuration { get; init; } = [];

    /// <summary>The clock in it is replaced.</summary>
    public SimulatorOptions Simulator { get; init; } = new();

    /// <summary>Runs last and overrides other registrations.</summary>
    public Action<IServiceCollection>? ConfigureServices { get; init; }
}
