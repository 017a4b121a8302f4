namespace AccountClosure.Embedded.Local;

/// <summary>Shows the addresses and keys at the start, and how to use the running host.</summary>
public sealed class Welcome(Terminal terminal, LocalOptions options, DataFolder data, string key)
{
    private string Functions => $"http://localhost:{options.Port}";

    private string Simulator => $"http://localhost:{options.Port + 1}";

    public void Show(DateTimeOffset now)
    {
        terminal.Line(terminal.Strong("AccountClosure"));
        Fact("functions", $"{Functions}/api, key {key}");
        Fact("simulator", $"{Simulator}/v1, its key and secret are in {Shown("broker-key")} and {Shown("broker-secret")}");
        Fact("data", DataFolder.Shown(data.Root));
        Fact("clock", $"{NewYorkTime.Show(now)} in New York, {Pace()}");
        terminal.Line();
    }

    public void ShowHowToUse()
    {
        terminal.Line("The host is running. Press Ctrl-C to stop it. To close an account by hand:");
        terminal.Line();
        terminal.Line($"  curl -s {Simulator}/_sim/accounts -H 'Content-Type: application/json' -d '{{\"cash\": 120000}}'");
        terminal.Line($"  curl -s {Functions}/api/account-closure/initiate/ACCOUNT_ID -H 'x-functions-key: {key}' \\");
        terminal.Line("    -H 'Content-Type: application/json' \\");
        terminal.Line("    -d '{\"userId\": \"USER_ID\", \"achRelationshipId\": \"ACH_RELATIONSHIP_ID\", \"reason\": \"moving abroad\"}'");
        terminal.Line($"  curl -s {Functions}/api/account-closure/progress/ACCOUNT_ID -H 'x-functions-key: {key}'");
        terminal.Line($"  curl -s {Simulator}/_sim/accounts/ACCOUNT_ID");
        terminal.Line();
    }

    private string Pace() => options.Speed switch
    {
        1 => "as fast as a real one",
        86_400 => "a day a second",
        3_600 => "an hour a second",
        _ => $"{options.Speed} times as fast as a real one",
    };

    private string Shown(string file) => DataFolder.Shown(data.File(file));

    private void Fact(string name, string value) => terminal.Line($"  {name,-11}{value}");
}
