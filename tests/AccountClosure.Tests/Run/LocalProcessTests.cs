using System.Net;
using System.Net.Sockets;

namespace AccountClosure.Tests.Run;

/// <summary>The output and the exit codes of the process. Tests that use ports run one after the other.</summary>
public sealed class LocalProcessTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("local-process-tests-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task The_example_is_closed_and_accounted_for()
    {
        using var process = LocalProcess.Start(LocalProcess.FreePort(), "--once", "--data", _data);

        (await process.EndAsync()).ShouldBe(0, process.Output + process.Errors);

        process.Errors.ShouldBeEmpty();
        foreach (var phase in new[] { "Initiated", "Liquidating", "Settling", "Withdrawing", "Completed" })
            process.Output.ShouldContain(phase);
        process.Output.ShouldContain("transfer 3: COMPLETE");
        process.Output.ShouldContain("ACCOUNT_CLOSED");
        process.Output.ShouldContain(".eml");
    }

    [Fact]
    public async Task The_next_start_finishes_an_interrupted_example()
    {
        using (var first = await LocalProcess.ServeAsync(_data, "--speed", "1"))
        {
            await first.UntilAsync(() => Task.FromResult(first.Output.Contains("Initiated", StringComparison.Ordinal)));
            await first.KillAsync();
        }

        using var second = LocalProcess.Start(LocalProcess.FreePort(), "--once", "--speed", "864000", "--data", _data);

        (await second.EndAsync()).ShouldBe(0, second.Output + second.Errors);
        second.Output.ShouldContain("The example of an earlier start continues");
        second.Output.ShouldContain("$150,000.00");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.50")]
    public async Task An_account_with_next_to_nothing_is_closed_without_a_transfer(string cash)
    {
        using var process = LocalProcess.Start(LocalProcess.FreePort(), "--once", "--cash", cash, "--data", _data);

        (await process.EndAsync()).ShouldBe(0, process.Output + process.Errors);

        process.Output.ShouldContain("No transfer was needed.");
    }

    [Fact]
    public async Task A_port_in_use_is_one_clear_line()
    {
        var port = LocalProcess.FreePort();
        using var other = new TcpListener(IPAddress.Loopback, port);
        other.Start();
        using var process = LocalProcess.Start(port, "--no-example", "--data", _data);

        (await process.EndAsync()).ShouldBe(1);

        process.Errors.ShouldBe($"run: port {port} is in use; choose another with --port (the simulator takes the one after it).");
    }

    [Fact]
    public async Task A_data_folder_in_use_is_one_clear_line()
    {
        using var first = await LocalProcess.ServeAsync(_data, "--no-example");
        using var second = LocalProcess.Start(LocalProcess.FreePort(), "--no-example", "--data", _data);

        (await second.EndAsync()).ShouldBe(1);

        second.Errors.ShouldBe($"run: the data folder {_data} is in use by another process; end that one, or choose another with --data.");
    }

    [Fact]
    public async Task A_file_that_is_not_a_database_is_one_clear_line()
    {
        await File.WriteAllTextAsync(Path.Combine(_data, "durable.db"), "this is no database, only a text of some length");
        using var process = LocalProcess.Start(LocalProcess.FreePort(), "--no-example", "--data", _data);

        (await process.EndAsync()).ShouldBe(1);

        process.Errors.ShouldStartWith("run: a database in the data folder cannot be used: ");
        process.Errors.ShouldNotContain('\n');
    }

    [Fact]
    public async Task A_bad_option_is_one_clear_line_and_exit_code_2()
    {
        using var process = LocalProcess.Start(LocalProcess.FreePort(), "--cash", "lots");

        (await process.EndAsync()).ShouldBe(2);

        process.Output.ShouldBeEmpty();
        process.Errors.ShouldBe("run: --cash must be dollars and cents such as 150000.00, not 'lots'.");
    }

    [Fact]
    public async Task An_interrupt_stops_it_in_order()
    {
        using var process = await LocalProcess.ServeAsync(_data, "--no-example");

        (await process.InterruptAsync()).ShouldBe(0, process.Errors);

        process.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_function_key_is_made_once_and_only_its_owner_can_read_it()
    {
        using (var process = await LocalProcess.ServeAsync(_data, "--no-example"))
            await process.InterruptAsync();
        var file = Path.Combine(_data, "function-key");
        var key = await File.ReadAllTextAsync(file);

        using var again = await LocalProcess.ServeAsync(_data, "--no-example");

        again.Output.ShouldContain(key);
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
