using System.Text.Json;
using AccountClosure.Embedded.Host.Functions;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Architecture;

/// <summary>The embedded host serves the functions that the build lists, with the services that <c>Program.cs</c> adds.</summary>
public sealed class FunctionMetadataTests
{
    private static readonly string Metadata = Path.Combine(AppContext.BaseDirectory, "functions.metadata");

    [Fact]
    public void The_embedded_host_serves_what_the_build_lists()
    {
        using var app = new ClosureApp();
        using var document = JsonDocument.Parse(File.ReadAllBytes(Metadata));

        var listed = document.RootElement.EnumerateArray().Select(Listed)
            .OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase);

        app.Functions.ShouldBe(listed);
        app.Functions.Select(function => function.Trigger).Distinct().Count().ShouldBe(4, "the app has functions of each kind");
    }

    [Fact]
    public void Program_adds_no_service_and_no_middleware_that_the_embedded_host_lacks()
    {
        var program = SourceTree.CSharp.Single(file => file.Path == "Program.cs");

        // The embedded host calls the same method, for ./run and for the tests.
        program.Text.Split('\n').Where(line => line.StartsWith("builder.", StringComparison.Ordinal))
            .ShouldBe(["builder.AddAccountClosure(builder.Configuration);"]);
    }

    private static ServedFunction Listed(JsonElement function)
    {
        string name = function.GetProperty("name").GetString()!;
        JsonElement trigger = function.GetProperty("bindings").EnumerateArray()
            .Single(binding => TypeOf(binding).EndsWith("Trigger", StringComparison.Ordinal));
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
