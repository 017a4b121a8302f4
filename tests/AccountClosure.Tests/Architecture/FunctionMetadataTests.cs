using System.Text.Json;
using AccountClosure.Embedded.Host.Functions;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Architecture;

/// <summary>What the build tells the Functions host of the app is what the embedded host serves.</summary>
public sealed class FunctionMetadataTests
{
    private static readonly string Metadata = Path.Combine(AppContext.BaseDirectory, "functions.metadata");

    [Fact]
    public void The_embedded_host_serves_what_the_build_lists()
    {
        using var app = new ClosureApp();
        using var document = JsonDocument.Parse(File.ReadAllBytes(Metadata));

        var listed = document.RootElement.EnumerateArray().Select(Listed).OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase);

        app.Functions.ShouldBe(listed);
        app.Functions.Select(function => function.Trigger).Distinct().Count().ShouldBe(4, "the app has functions of each kind");
    }

    private static ServedFunction Listed(JsonElement function)
    {
        string name = function.GetProperty("name").GetString()!;
        JsonElement trigger = function.GetProperty("bindings").EnumerateArray().Single(binding => TypeOf(binding).EndsWith("Trigger", StringComparison.Ordinal));
        return TypeOf(trigger) switch
        {
            "httpTrigger" => new ServedFunction(
                name,
                "httpTrigger",
                trigger.GetProperty("route").GetString(),
                string.Join(',', trigger.GetProperty("methods").EnumerateArray().Select(method => method.GetString()!.ToUpperInvariant())),
                trigger.GetProperty("authLevel").GetString()),
            "timerTrigger" => new ServedFunction(name, "timerTrigger", Schedule: trigger.GetProperty("schedule").GetString()),
            var type => new ServedFunction(name, type),
        };
    }

    private static string TypeOf(JsonElement binding) => binding.GetProperty("type").GetString()!;
}
