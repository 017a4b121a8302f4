using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace AccountClosure.Notifications;

/// <summary>
/// Sends each message to the firm's mail server over TLS. After a crash between the server's answer and our record of it, the message is
/// sent again: with the same id, but not always the same bytes, because its totals are read again. SMTP allows no stronger guarantee.
/// </summary>
public sealed class SmtpOutbox : IOutbox
{
    /// <summary>Maximum time from the connection to the server's last answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly NotificationOptions settings;
    private readonly TimeProvider time;
    private readonly X509ChainPolicy? trust;

    public SmtpOutbox(IOptions<NotificationOptions> options, TimeProvider time)
        : this(options, time, trust: null)
    {
    }

    /// <param name="trust">Certificates to trust; null for those that the machine trusts.</param>
    internal SmtpOutbox(IOptions<NotificationOptions> options, TimeProvider time, X509ChainPolicy? trust)
    {
        settings = options.Value;
        this.time = time;
        this.trust = trust;
    }

    /// <returns>Id of the message.</returns>
    /// <exception cref="MailServerException">The server did not accept the message.</exception>
    public async Task<string> SendAsync(Email email, CancellationToken cancellationToken = default)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        await using var conversation = await Connect(either.Token);
        if (settings.SmtpUser.Length > 0)
            await conversation.SignIn(settings.SmtpUser, settings.SmtpPassword, either.Token);
        await conversation.Send(email.From, email.To, MimeMessage.Write(email), either.Token);
        return MimeMessage.IdOf(email);
    }

    private async Task<SmtpConversation> Connect(CancellationToken cancellationToken)
    {
        var tls = new SslClientAuthenticationOptions { TargetHost = settings.SmtpHost, CertificateChainPolicy = trust };
        string ownName = settings.FromAddress[(settings.FromAddress.LastIndexOf('@') + 1)..];
        return await SmtpConversation.Open(settings.SmtpHost, settings.SmtpPort, settings.SmtpTls, tls, ownName, cancellationToken);
    }
}
