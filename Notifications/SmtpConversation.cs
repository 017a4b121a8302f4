using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace AccountClosure.Notifications;

/// <summary>How the connection to a mail server is kept from others' eyes.</summary>
public enum SmtpTls
{
    /// <summary>Begins in the clear and is encrypted before anything is said (RFC 3207); the rule on port 587.</summary>
    StartTls,

    /// <summary>Encrypted from the first byte (RFC 8314); the rule on port 465.</summary>
    Implicit,

    /// <summary>Not at all: only for a mail server on this machine.</summary>
    None,
}

/// <summary>The server's answer was not the one that was hoped for. Its text is not repeated: it may quote an address.</summary>
public sealed class MailServerException(string step, int code)
    : Exception(code == 0 ? $"The mail server broke off at {step}." : $"The mail server answered {step} with {code}.")
{
    /// <summary>4xx: later it may work; 5xx: it will not; 0: no answer.</summary>
    public int Code => code;
}

/// <summary>One connection to a mail server, from the greeting to the farewell (RFC 5321).</summary>
internal sealed class SmtpConversation : IAsyncDisposable
{
    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly string ownName;
    private Stream stream = Stream.Null;
    private StreamReader reader = Reader(Stream.Null);
    private List<string> extensions = [];

    private SmtpConversation(string ownName) => this.ownName = ownName;

    /// <param name="ownName">The domain that the client introduces itself with.</param>
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
                // What was said before the encryption could have been anybody's.
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

    /// <param name="message">ASCII, its lines ended by CR LF.</param>
    public async Task Send(string from, string to, byte[] message, CancellationToken cancellationToken)
    {
        await Say($"MAIL FROM:<{Checked(from)}>", "MAIL", 250, cancellationToken);
        await Say($"RCPT TO:<{Checked(to)}>", "RCPT", 250, cancellationToken);
        await Say("DATA", "DATA", 354, cancellationToken);
        // A line that begins with a dot gets a second one, since a dot alone ends the message.
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

    private static StreamReader Reader(Stream stream) => new(stream, Encoding.ASCII, detectEncodingFromByteOrderMarks: false, leaveOpen: true);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Checked(string address) => address.Length > 0 && address.All(character => character is > ' ' and <= '~' and not '<' and not '>')
        ? address
        : throw new MailServerException("the form of an address", 553);

    // What the reader before had read ahead is forgotten with it.
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

    // The message is theirs by now: a failure here must not hand it over again.
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
    private async Task<List<string>> Say(string line, string step, int hopedFor, CancellationToken cancellationToken)
    {
        await Write(line, cancellationToken);
        return await Expect(step, hopedFor, cancellationToken);
    }

    private async Task Write(string line, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    private async Task<List<string>> Expect(string step, int hopedFor, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (true)
        {
            string? line = await reader.ReadLineAsync(cancellationToken);
            if (line is null || line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out int code))
                throw new MailServerException(step, 0);
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length > 3 && line[3] == '-')
                continue;
            return code == hopedFor ? lines : throw new MailServerException(step, code);
        }
    }
}
