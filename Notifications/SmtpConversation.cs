using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace AccountClosure.Notifications;

/// <summary>How the connection to a mail server is encrypted.</summary>
public enum SmtpTls
{
    /// <summary>Starts unencrypted and is encrypted before any private data is sent (RFC 3207). This is usual on port 587.</summary>
    StartTls,

    /// <summary>Encrypted from the first byte (RFC 8314). This is usual on port 465.</summary>
    Implicit,

    /// <summary>Not encrypted. This is allowed only for a mail server on this machine.</summary>
    None,
}

/// <summary>The server did not give the expected answer. The message omits the server's text, because it may quote an address.</summary>
public sealed class MailServerException(string step, int code)
    : Exception(code == 0
        ? $"The mail server closed the connection or gave no valid answer at {step}."
        : $"The mail server answered {step} with {code}.")
{
    /// <summary>Code of the answer: 4xx for a temporary failure, 5xx for a permanent one, 0 for no answer.</summary>
    public int Code => code;
}

/// <summary>One connection to a mail server, from the greeting to QUIT (RFC 5321).</summary>
internal sealed class SmtpConversation : IAsyncDisposable
{
    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly string ownName;
    private Stream stream = Stream.Null;
    private StreamReader reader = Reader(Stream.Null);
    private List<string> extensions = [];

    private SmtpConversation(string ownName) => this.ownName = ownName;

    /// <param name="ownName">Domain that the client sends with EHLO.</param>
    public static async Task<SmtpConversation> Open(
        string host, int port, SmtpTls security, SslClientAuthenticationOptions tls, string ownName, CancellationToken cancellationToken)
    {
        var conversation = new SmtpConversation(ownName);
        try
        {
            await conversation.socket.ConnectAsync(host, port, cancellationToken);
            conversation.stream = new NetworkStream(conversation.socket);
            conversation.ReadFromStream();
            if (security == SmtpTls.Implicit)
                await conversation.Encrypt(tls, cancellationToken);
            await conversation.Expect("the connection", 220, cancellationToken);
            await conversation.Introduce(cancellationToken);
            if (security == SmtpTls.StartTls)
            {
                await conversation.Say("STARTTLS", "STARTTLS", 220, cancellationToken);
                await conversation.Encrypt(tls, cancellationToken);
                // Anybody could have sent the answers before the encryption, so ask for the extensions again.
                await conversation.Introduce(cancellationToken);
            }
            return conversation;
        }
        catch
        {
            await conversation.DisposeAsync();
            throw;
        }
    }

    public async Task SignIn(string user, string password, CancellationToken cancellationToken)
    {
        var offered = extensions.FirstOrDefault(line => line.StartsWith("AUTH ", StringComparison.OrdinalIgnoreCase)) ?? "";
        if (offered.Split(' ').Contains("PLAIN", StringComparer.OrdinalIgnoreCase))
        {
            await Say($"AUTH PLAIN {Base64($"\0{user}\0{password}")}", "AUTH", 235, cancellationToken);
            return;
        }
        await Say("AUTH LOGIN", "AUTH", 334, cancellationToken);
        await Say(Base64(user), "AUTH", 334, cancellationToken);
        await Say(Base64(password), "AUTH", 235, cancellationToken);
    }

    /// <param name="message">The message in ASCII, with lines that end with CR LF.</param>
    public async Task Send(string from, string to, byte[] message, CancellationToken cancellationToken)
    {
        await Say($"MAIL FROM:<{Checked(from)}>", "MAIL", 250, cancellationToken);
        await Say($"RCPT TO:<{Checked(to)}>", "RCPT", 250, cancellationToken);
        await Say("DATA", "DATA", 354, cancellationToken);
        // Double the dot at the start of a line, because a line with a single dot ends the message.
        string text = ("\r\n" + Encoding.ASCII.GetString(message)).Replace("\r\n.", "\r\n..", StringComparison.Ordinal)[2..];
        await Say($"{text}{(text.EndsWith("\r\n", StringComparison.Ordinal) ? "" : "\r\n")}.", "the message", 250, cancellationToken);
        await SayFarewell(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        reader.Dispose();
        await stream.DisposeAsync();
        socket.Dispose();
    }

    private static StreamReader Reader(Stream stream) =>
        new(stream, Encoding.ASCII, detectEncodingFromByteOrderMarks: false, leaveOpen: true);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Checked(string address) =>
        address.Length > 0 && address.All(character => character is > ' ' and <= '~' and not '<' and not '>')
            ? address
            : throw new MailServerException("the form of an address", 553);

    // A new reader discards what the old one has read ahead.
    private void ReadFromStream()
    {
        reader.Dispose();
        reader = Reader(stream);
    }

    private async Task Encrypt(SslClientAuthenticationOptions tls, CancellationToken cancellationToken)
    {
        var encrypted = new SslStream(stream);
        stream = encrypted;
        await encrypted.AuthenticateAsClientAsync(tls, cancellationToken);
        ReadFromStream();
    }

    private async Task Introduce(CancellationToken cancellationToken) =>
        extensions = await Say($"EHLO {ownName}", "EHLO", 250, cancellationToken);

    // The server has accepted the message, so a failure of QUIT must not cause a repetition.
    private async Task SayFarewell(CancellationToken cancellationToken)
    {
        try
        {
            await Write("QUIT", cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
        }
    }

    /// <returns>The lines of the answer, without their codes.</returns>
    private async Task<List<string>> Say(string line, string step, int expected, CancellationToken cancellationToken)
    {
        await Write(line, cancellationToken);
        return await Expect(step, expected, cancellationToken);
    }

    private async Task Write(string line, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    private async Task<List<string>> Expect(string step, int expected, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (true)
        {
            string? line = await reader.ReadLineAsync(cancellationToken);
            if (line is null || line.Length < 3
                || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out int code))
            {
                throw new MailServerException(step, 0);
            }
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length > 3 && line[3] == '-')
                continue;
            return code == expected ? lines : throw new MailServerException(step, code);
        }
    }
}
