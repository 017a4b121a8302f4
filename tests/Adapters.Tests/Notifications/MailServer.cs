using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AccountClosure.Adapters.Tests.Notifications;

/// <summary>A mail server for one test, on loopback. It accepts messages and records each command and whether it was encrypted.</summary>
public sealed class MailServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 certificate = MakeCertificate();
    private readonly ConcurrentQueue<string> said = new();
    private readonly ConcurrentQueue<string> messages = new();
    private readonly Thread thread;

    public MailServer()
    {
        listener.Start();
        thread = new Thread(Serve) { IsBackground = true };
        thread.Start();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Trusts this server and no other.</summary>
    public X509ChainPolicy Trust
    {
        get
        {
            var policy =
                new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.Add(certificate);
            return policy;
        }
    }

    public string Authentication { get; init; } = "PLAIN LOGIN";

    /// <summary>Whether the connection is encrypted from its first byte.</summary>
    public bool IsImplicit { get; init; }

    /// <summary>Whether the server resets the connection as soon as it has accepted the message.</summary>
    public bool IsAbrupt { get; init; }

    /// <summary>The answers to commands. The server accepts every command that is not listed.</summary>
    public Dictionary<string, string> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>The commands, with the prefix "tls " if the connection was encrypted.</summary>
    public IReadOnlyList<string> Said => [.. said];

    /// <summary>The messages, without the dots that SMTP doubles.</summary>
    public IReadOnlyList<string> Messages => [.. messages];

    public void Dispose()
    {
        listener.Stop();
        thread.Join();
        certificate.Dispose();
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(VirtualTime.Start.AddYears(-20), VirtualTime.Start.AddYears(50));
    }

    private void Serve()
    {
        try
        {
            while (true)
            {
                using var client = listener.AcceptTcpClient();
                try
                {
                    client.NoDelay = true;
                    Converse(client.GetStream());
                    client.LingerState = new LingerOption(enable: IsAbrupt, seconds: 0);
                }
                catch (Exception failure) when (failure is IOException or AuthenticationException)
                {
                    // The client has disconnected.
                }
            }
        }
        catch (Exception failure) when (failure is SocketException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private void Converse(Stream stream)
    {
        var secret = "";
        if (IsImplicit)
            (stream, secret) = (Encrypted(stream), "tls ");
        Write(stream, Answers.GetValueOrDefault("greeting", "220 mail.example.com at your service"));
        while (ReadLine(stream) is { } line)
        {
            said.Enqueue(secret + line);
            var command = line.Split(' ', ':')[0];
            Write(stream, Answers.GetValueOrDefault(command) ?? Content(line, command));
            if (command == "STARTTLS" && !Answers.ContainsKey(command))
                (stream, secret) = (Encrypted(stream), "tls ");
            if (command == "DATA" && !Answers.ContainsKey(command))
            {
                TakeMessage(stream);
                if (IsAbrupt)
                    return;
            }
        }
    }

    private string Content(string line, string command) => command switch
    {
        "EHLO" => $"250-mail.example.com\r\n250-AUTH {Authentication}\r\n250 8BITMIME",
        "STARTTLS" => "220 go ahead",
        "AUTH" when line.StartsWith("AUTH PLAIN", StringComparison.Ordinal) => "235 welcome",
        "AUTH" => "334 VXNlcm5hbWU6",
        "DATA" => "354 end it with a dot",
        "QUIT" => "221 bye",
        // The user name and the password of AUTH LOGIN.
        _ when Said.Count > 1 && Said[^2].EndsWith("AUTH LOGIN", StringComparison.Ordinal) => "334 UGFzc3dvcmQ6",
        _ when Said.Count > 2 && Said[^3].EndsWith("AUTH LOGIN", StringComparison.Ordinal) => "235 welcome",
        _ => "250 fine",
    };

    private void TakeMessage(Stream stream)
    {
        var message = new StringBuilder();
        while (ReadLine(stream) is { } line && line != ".")
            message.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        messages.Enqueue(message.ToString());
        Write(stream, Answers.GetValueOrDefault("message", "250 taken"));
    }

    private SslStream Encrypted(Stream stream)
    {
        var encrypted = new SslStream(stream);
        encrypted.AuthenticateAsServer(certificate);
        return encrypted;
    }

    private static void Write(Stream stream, string line) => stream.Write(Encoding.ASCII.GetBytes(line + "\r\n"));

    private static string? ReadLine(Stream stream)
    {
        var line = new StringBuilder();
        for (var next = stream.ReadByte(); next >= 0; next = stream.ReadByte())
        {
            if (next == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append((char)next);
        }
        return null;
    }
}
