using System.Text;
using AccountClosure.Notifications;

namespace AccountClosure.Adapters.Tests.Notifications;

public sealed class MimeMessageTests
{
    [Fact]
    public void The_headers_are_those_of_a_mail()
    {
        var headers = Headers(MimeMessage.Write(Samples.Write(Samples.Completed)));

        headers["Date"].ShouldBe("Thu, 20 Mar 2025 14:00:00 +0000");
        headers["From"].ShouldBe("\"Example Brokerage\" <accounts@example.com>");
        headers["To"].ShouldBe("<customer+account-1@example.com>");
        headers["Subject"].ShouldBe($"Your account is closed ({Samples.Number})");
        headers["MIME-Version"].ShouldBe("1.0");
        headers["Message-ID"].ShouldMatch("^<[0-9a-f]{32}@example\\.com>$");
        headers["Content-Type"].ShouldStartWith("multipart/alternative; boundary=");
    }

    [Fact]
    public void The_text_comes_before_the_html_and_both_survive_the_encoding()
    {
        var email = Samples.Write(Samples.Completed) with
        {
            Text = "Größe: 5 € = viel.\n\n.hidden\nspace at the end \n" + new string('x', 300) + " 😀" + new string('é', 100),
        };

        var parts = Parts(MimeMessage.Write(email));

        parts.Select(part => part.Type).ShouldBe(["text/plain; charset=utf-8", "text/html; charset=utf-8"]);
        parts[0].Content.ShouldBe(email.Text.TrimEnd('\n') + "\n");
        parts[1].Content.ShouldBe(email.Html.TrimEnd('\n') + "\n");
    }

    [Fact]
    public void No_line_is_longer_than_mail_allows_and_all_bytes_are_ascii()
    {
        var bytes = MimeMessage.Write(
            Samples.Write(Samples.Completed, settings => settings.FirmName = "Müller & Söhne 証券会社 " + new string('ß', 80)));

        bytes.ShouldAllBe(value => value < 128);
        var lines = Encoding.ASCII.GetString(bytes).Split("\r\n");
        lines.ShouldAllBe(line => line.Length <= 998 && !line.Contains('\n') && !line.Contains('\r'));
        lines.SkipWhile(line => line.Length > 0).ShouldAllBe(line => line.Length <= 76);
        lines.ShouldAllBe(line => line != ".");
    }

    [Fact]
    public void A_name_outside_ascii_is_an_encoded_word()
    {
        var headers = Headers(MimeMessage.Write(Samples.Write(Samples.Completed, settings => settings.FirmName = "Müller")));

        headers["From"].ShouldBe("=?utf-8?B?TcO8bGxlcg==?= <accounts@example.com>");
    }

    [Fact]
    public void A_line_break_in_a_value_cannot_begin_another_header()
    {
        var message = MimeMessage.Write(
            Samples.Write(Samples.Completed, settings => settings.FirmName = "Firm\r\nBcc: everyone@example.com"));

        Headers(message).Keys.ShouldNotContain("Bcc");
    }

    private static Dictionary<string, string> Headers(byte[] message) =>
        Encoding.ASCII.GetString(message).Split("\r\n\r\n")[0].Split("\r\n")
        .Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    private static List<(string Type, string Content)> Parts(byte[] message)
    {
        var text = Encoding.ASCII.GetString(message);
        var boundary = Headers(message)["Content-Type"].Split('"')[1];
        return
        [
            .. text.Split($"--{boundary}")[1..^1].Select(part =>
            {
                var (head, body, _) = part.Split("\r\n\r\n", 2) is [var first, var second] ? (first, second, 0) : ("", "", 0);
                return (head.Trim().Split("\r\n")[0]["Content-Type: ".Length..], Decoded(body));
            }),
        ];
    }

    /// <summary>Decodes quoted-printable (RFC 2045) independently of the writer.</summary>
    private static string Decoded(string body)
    {
        var bytes = new List<byte>();
        var text = body.Replace("=\r\n", "", StringComparison.Ordinal);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '=')
            {
                bytes.Add(Convert.FromHexString(text.AsSpan(index + 1, 2))[0]);
                index += 2;
            }
            else
            {
                bytes.Add((byte)text[index]);
            }
        }

        return Encoding.UTF8.GetString([.. bytes]).Replace("\r\n", "\n", StringComparison.Ordinal)[..^1];
    }
}
