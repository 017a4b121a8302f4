using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AccountClosure.Closure;
using AccountClosure.Embedded.Host.Http;

namespace AccountClosure.Simulation.World;

/// <summary>Sends the requests of people and programs to the app's HTTP API.</summary>
internal static class Front
{
    /// <summary>Sends a request to the current process. There is no answer if the process dies.</summary>
    public static void Ask(
        this SimulatedWorld world, string who, HttpMethod method, string path, object body, Action<HttpStatusCode>? then = null) =>
        _ = AskAsync(world, who, method, path, body, then);

    private static async Task AskAsync(
        SimulatedWorld world, string who, HttpMethod method, string path, object body, Action<HttpStatusCode>? then)
    {
        world.Process!.ChooseHost();
        using HttpClient client = new(world.Process!.Host.CreateHandler())
        {
            BaseAddress = new Uri("http://localhost:7071/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        string key = path.StartsWith("runtime/", StringComparison.Ordinal) ? WebhookKey.From(Process.FunctionKey) : Process.FunctionKey;
        client.DefaultRequestHeaders.Add("x-functions-key", key);
        using HttpRequestMessage request = new(method, path) { Content = JsonContent.Create(body, options: ClosureJson.Options) };
        using HttpResponseMessage answer = await client.SendAsync(request);
        string[] words = path.Split('?')[0].Split('/');
        string what = string.Join('/', words.Where(word => !word.Contains(world.Account.AccountId, StringComparison.Ordinal)).TakeLast(2));
        string problem = answer.StatusCode == HttpStatusCode.Conflict ? $": {await answer.Content.ReadAsStringAsync()}" : "";
        world.Story.Tell(who, $"{what} {(method == HttpMethod.Delete ? "DELETE " : "")}→ {(int)answer.StatusCode}{problem}");
        then?.Invoke(answer.StatusCode);
    }

    /// <summary>Terminates the instance through the plain durable API, without the app.</summary>
    public static void Stop(this SimulatedWorld world) =>
        world.Ask("operator", HttpMethod.Post, world.Webhook("/terminate?reason=drawn"), new { });

    /// <summary>Sends a person's decision about a review.</summary>
    public static void Decide(this SimulatedWorld world, SeenReview review, string choice)
    {
        world.LastDecision = world.Now;
        world.Story.Tell("operator", $"decides {choice} about {review.Code}");
        JsonObject decision = new() { ["choice"] = choice, ["actor"] = "an operator", ["reason"] = "drawn" };
        if (review.Number is { } number)
            decision["review"] = number;
        if (review.ConfirmationNumber is { } confirmation)
            decision["confirmationNumber"] = confirmation;
        world.Ask("operator", HttpMethod.Post, $"api/account-closure/resolve-task/{world.Account.AccountId}", decision);
    }

    public static string InstanceId(SimulatedWorld world) => ClosureInstance.IdFor(world.Account.AccountId);

    public static string Webhook(this SimulatedWorld world, string what) =>
        $"runtime/webhooks/durabletask/instances/{InstanceId(world)}{what}";
}
