using AccountClosure.TestKit;
using DurableTask.Core.History;
using Microsoft.DurableTask.Converters;

namespace AccountClosure.Engine.Tests;

/// <summary>The replayer reports exactly what the current code does differently.</summary>
public class HistoryReplayerTests
{
    [Fact]
    public void A_history_that_continues_as_new_after_an_open_timer_repeats()
    {
        List<IReadOnlyList<HistoryEvent>> ended = [];
        using var engine = new TestEngine(configure: options => options with { ExecutionEnded = (_, history) => ended.Add(history) });
        engine.Orchestrator("Leave", context =>
        {
            if (context.GetInput<int>() == 0)
            {
                _ = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
                context.ContinueAsNew(1);
            }

            return Task.CompletedTask;
        });

        engine.Run("Leave", 0);

        ended.Count.ShouldBe(2);
        ended.ShouldAllBe(history => HistoryReplayer.Replay(engine.Catalog, history, JsonDataConverter.Default, null).Succeeded);
    }

    [Fact]
    public void An_event_whose_type_has_changed_is_reported()
    {
        using var engine = new TestEngine();
        var changed = false;
        engine.Orchestrator("Wait", async context => changed
            ? (object?)await context.WaitForExternalEvent<string[]>("Go")
            : await context.WaitForExternalEvent<int>("Go"));
        var id = engine.Begin("Wait");
        engine.Raise(id, "Go", 7);
        var history = engine.History(id);

        changed = true;

        HistoryReplayer.Replay(engine.Catalog, history, JsonDataConverter.Default).Succeeded.ShouldBeFalse();
    }
}
