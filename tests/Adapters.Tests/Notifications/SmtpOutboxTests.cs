using System.Security.Authentication;
using System.Text;
using AccountClosure.Notifications;
using Microsoft.Extensions.Options;

namespace AccountClosure.Adapters.Tests.Notifications;

public sealed class SmtpOutboxTests
{
    private static readonly Email Message = new(
        "CLA-AAAAA-BBBBB-ClosureCompleted-0", VirtualTime.Start, "Example Brokerage", "accounts@example.com", "jane@example.org", "Closed",
        "Dear Jane,\n.. well\n.\ndone", "<p>.</p>");

    [Fact]
    public async Task A_message_arrives_unchanged_over_TLS_after_authentication()
    {
        using var server = new MailServer();

        (await Outbox(server).SendAsync(Message)).ShouldBe(MimeMessage.IdOf(Message));

        server.Messages.ShouldBe([Encoding.ASCII.GetString(MimeMessage.Write(Message))]);
        server.Said.Take(2).ShouldBe(["EHLO example.com", "STARTTLS"]);
        server.Said.Skip(2).Take(5).ShouldBe(
        [
            "tls EHLO example.com",
            $"tls AUTH PLAIN {Convert.ToBase64String("\0closures\0secret"u8)}",
            "tls MAIL FROM:<accounts@example.com>",
            "tls RCPT TO:<jane@example.org>",
            "tls DATA",
        ]);
    }

    [Fact]
    public async Task A_message_that_is_sent_again_is_the_same()
    {
        using var server = new MailServer();

        await Outbox(server).SendAsync(Message);
        await Outbox(server).SendAsync(Message);

        server.Messages.Count.ShouldBe(2);
        server.Messages[1].ShouldBe(server.Messages[0]);
    }

    [Fact]
    public async Task A_server_with_implicit_TLS_is_supported()
    {
        using var server = new MailServer { IsImplicit = true };

        await Outbox(server, settings => settings.SmtpTls = SmtpTls.Implicit).SendAsync(Message);

        server.Messages.Count.ShouldBe(1);
        server.Said.ShouldAllBe(line => line.StartsWith("tls ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_only_supports_AUTH_LOGIN_is_supported()
    {
        using var server = new MailServer { Authentication = "LOGIN" };

        await Outbox(server).SendAsync(Message);

        server.Messages.Count.ShouldBe(1);
        server.Said.ShouldContain("tls AUTH LOGIN");
    }

    [Fact]
    public async Task Without_a_user_there_is_no_authentication()
    {
        using var server = new MailServer();

        await Outbox(server, settings => (settings.SmtpUser, settings.SmtpPassword) = ("", "")).SendAsync(Message);

        server.Messages.Count.ShouldBe(1);
        server.Said.ShouldNotContain(line => line.Contains("AUTH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_counts_as_delivered_if_the_server_disconnects_after_accepting_it()
    {
        using var server = new MailServer { IsAbrupt = true };

        // Sometimes QUIT is sent before the client detects that the connection has ended.
        for (var delivery = 1; delivery <= 10; delivery++)
        {
            (await Outbox(server).SendAsync(Message)).ShouldBe(MimeMessage.IdOf(Message));
            server.Messages.Count.ShouldBe(delivery);
        }
    }

    [Theory]
    [InlineData("greeting", "421 not now", 421)]
    [InlineData("STARTTLS", "454 no certificate today", 454)]
    [InlineData("AUTH", "535 who are you", 535)]
    [InlineData("RCPT", "550 <jane@example.org> is unknown", 550)]
    [InlineData("message", "452 the disk is full of jane@example.org", 452)]
    [InlineData("MAIL", "nonsense", 0)]
    public async Task A_refusal_reports_the_step_and_the_code_but_not_the_servers_text(string command, string answer, int code)
    {
        using var server = new MailServer();
        server.Answers[command] = answer;

        var refusal = await Should.ThrowAsync<MailServerException>(() => Outbox(server).SendAsync(Message));

        refusal.Code.ShouldBe(code);
        refusal.Message.ShouldNotContain("jane");
    }

    [Fact]
    public async Task Nothing_is_sent_to_a_server_without_a_trusted_certificate()
    {
        using var server = new MailServer();
        using var other = new MailServer();

        await Should.ThrowAsync<AuthenticationException>(() => Outbox(server, trusted: other).SendAsync(Message));

        server.Said.ShouldBe(["EHLO example.com", "STARTTLS"]);
    }

    [Theory]
    [InlineData("jane@example.org>\r\nRCPT TO:<eve@example.org")]
    [InlineData("")]
    [InlineData("jörg@example.org")]
    public async Task An_invalid_address_is_refused(string to)
    {
        using var server = new MailServer();

        (await Should.ThrowAsync<MailServerException>(() => Outbox(server).SendAsync(Message with { To = to }))).Code.ShouldBe(553);

        server.Messages.ShouldBeEmpty();
    }

    private static SmtpOutbox Outbox(MailServer server, Action<NotificationOptions>? change = null, MailServer? trusted = null)
    {
        var settings = new NotificationOptions
        {
            Transport = NotificationTransport.Smtp,
            SmtpHost = "localhost",
            SmtpPort = server.Port,
            SmtpUser = "closures",
            SmtpPassword = "secret",
            FromAddress = "accounts@example.com",
        };
        change?.Invoke(settings);
        return new SmtpOutbox(Options.Create(settings), TimeProvider.System, (trusted ?? server).Trust);
    }
}
