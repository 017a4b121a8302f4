using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace AccountClosure.Tests.Shared;

/// <summary>A PostgreSQL server for the tests, in a temporary folder, on a free port of this machine.</summary>
public sealed class PostgresCluster : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("postgres-");
    private readonly string programs = FindPrograms();

    public PostgresCluster()
    {
        // PostgreSQL refuses to run as root. Its package has created a user for it.
        if (Environment.UserName == "root")
            Run("chown", "postgres", folder.FullName);
        int port = FreePort();
        RunProgram("initdb", "--pgdata", folder.FullName, "--username", "tests", "--auth", "trust", "--encoding", "UTF8", "--no-sync");
        RunProgram(
            "pg_ctl", "--pgdata", folder.FullName, "--log", Path.Combine(folder.FullName, "log"), "--wait", "start",
            "--options", $"-p {port} -k {folder.FullName} -c listen_addresses=127.0.0.1 -c fsync=off");
        // A disk that is busy with other tests is slow, which is not a failure.
        Address = $"Host=127.0.0.1;Port={port};Username=tests;Command Timeout=180";
    }

    /// <summary>A connection string without a database.</summary>
    public string Address { get; }

    public void Dispose()
    {
        RunProgram("pg_ctl", "--pgdata", folder.FullName, "--wait", "--mode", "immediate", "stop");
        folder.Delete(recursive: true);
    }

    /// <summary>Runs one statement.</summary>
    public void Execute(string sql, string database = "postgres")
    {
        using var connection = new NpgsqlConnection($"{Address};Database={database};Pooling=false");
        connection.Open();
        // CA2100: the tests write the statement.
#pragma warning disable CA2100
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static string FindPrograms() =>
        new[] { "/usr/lib/postgresql" }.Where(Directory.Exists)
            .SelectMany(Directory.EnumerateDirectories)
            .Select(version => Path.Combine(version, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            .Where(candidate => File.Exists(Path.Combine(candidate, "initdb")))
            .OrderDescending(StringComparer.Ordinal)
            .FirstOrDefault()
        ?? throw new InvalidOperationException(
            "These tests start a PostgreSQL server of their own: install one (apt-get install postgresql).");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void RunProgram(string name, params string[] arguments)
    {
        string program = Path.Combine(programs, name);
        if (Environment.UserName == "root")
            Run("runuser", ["-u", "postgres", "--", program, .. arguments]);
        else
            Run(program, arguments);
    }

    private static void Run(string program, params string[] arguments)
    {
        // The server keeps a redirected output open while it runs, so it must not be the output of this process.
        string[] command = ["-c", "exec \"$@\" >/dev/null 2>&1", "sh", program, .. arguments];
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", command)
        {
            WorkingDirectory = "/",
        })!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with exit code {process.ExitCode}.");
    }
}
