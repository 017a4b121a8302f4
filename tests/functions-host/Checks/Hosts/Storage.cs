using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Azure.Storage.Blobs;

namespace AccountClosure.FunctionsHost.Hosts;

/// <summary>Azurite, with its own account and key.</summary>
internal sealed class Storage : IDisposable
{
    private const string Account = "closures";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly ProcessSession _process;

    private Storage(ProcessSession process, string connectionString) => (_process, ConnectionString) = (process, connectionString);

    public string ConnectionString { get; }

    /// <exception cref="CheckFailedException">Azurite does not start.</exception>
    public static async Task<Storage> StartAsync(CheckOptions options, CancellationToken cancellationToken)
    {
        string key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));
        int port = options.StoragePort;
        string log = Path.Combine(options.WorkFolder, "azurite.log");
        string program = Path.Combine(options.Root, "tests/functions-host/storage/node_modules/azurite/dist/src/azurite.js");
        string[] command =
        [
            "node", program, "--silent", "--skipApiVersionCheck", "--location", Path.Combine(options.WorkFolder, "azurite"),
            "--blobPort", $"{port}", "--queuePort", $"{port + 1}", "--tablePort", $"{port + 2}",
        ];
        var process = ProcessSession.Start(command, options.WorkFolder, [new("AZURITE_ACCOUNTS", $"{Account}:{key}")], log);
        string Endpoint(string service, int offset) => $"{service}Endpoint=http://127.0.0.1:{port + offset}/{Account}";
        var storage = new Storage(
            process,
            $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={key};"
                + $"{Endpoint("Blob", 0)};{Endpoint("Queue", 1)};{Endpoint("Table", 2)}");
        if (await Wait.Until(() => process.HasEnded || IsListening(port + 2), StartTimeout, cancellationToken) && !process.HasEnded)
            return storage;
        storage.Dispose();
        throw new CheckFailedException($"Azurite did not start; its output is in {log}.");
    }

    /// <summary>
    /// Writes the keys of the Functions host to where it keeps them, so that they are known before the first start and the same for all
    /// hosts.
    /// </summary>
    public async Task WriteHostKeysAsync(string hostId, string functionKey, CancellationToken cancellationToken)
    {
        string Key(string name, string value) => $$"""{"name":"{{name}}","value":"{{value}}","encrypted":false}""";
        string keys = $$"""
            {"masterKey":{{Key("master", RandomNumberGenerator.GetHexString(40))}},
             "functionKeys":[{{Key("default", functionKey)}}],"systemKeys":[]}
            """;
        BlobContainerClient container = new(ConnectionString, "azure-webjobs-secrets");
        await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        using MemoryStream content = new(Encoding.UTF8.GetBytes(keys));
        await container.GetBlobClient($"{hostId}/host.json").UploadAsync(content, overwrite: true, cancellationToken);
    }

    public void Dispose() => _process.Dispose();

    public static bool IsListening(int port)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
