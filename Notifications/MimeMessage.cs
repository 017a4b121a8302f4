using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AccountClosure.Notifications;

/// <summary>Writes a message by RFC 5322 and MIME: multipart/alternative, the plain text first, both parts in UTF-8.</summary>
public static class MimeMessage
{
    private const int LongestLine = 76;

    public static byte[] Write(Email email)
    {
        // The id comes from the key, so that a repetition of the message has the same bytes, and its id identifies it as a repetition.
        var id = KeyDigest(email);
        var boundary = $"=_{id}";
        var message = new StringBuilder();
        var date = email.Date.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);
        AppendHeader(message, "Date", date);
        AppendHeader(message, "From", $"{Words(email.FromName, asPhrase: true)} <{email.From}>");
        AppendHeader(message, "To", $"<{email.To}>");
        AppendHeader(message, "Subject", Words(email.Subject, asPhrase: false));
        AppendHeader(message, "Message-ID", $"<{IdOf(email)}>");
        AppendHeader(message, "Auto-Submitted", "auto-generated");
        AppendHeader(message, "MIME-Version", "1.0");
        AppendHeader(message, "Content-Type", $"multipart/alternative; boundary=\"{boundary}\"");
        message.Append("\r\n");
        AppendPart(message, boundary, "text/plain", email.Text);
        AppendPart(message, boundary, "text/html", email.Html);
        message.Append("--").Append(boundary).Append("--\r\n");
        return Encoding.ASCII.GetBytes(message.ToString());
    }

    /// <summary>Id of the message, without the angle brackets.</summary>
    public static string IdOf(Email email) => $"{KeyDigest(email)}@{email.From[(email.From.LastIndexOf('@') + 1)..]}";

    private static string KeyDigest(Email email) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email.Key)))[..32];

    private static void AppendHeader(StringBuilder message, string name, string value)
    {
        // A line break in a value would begin another header.
        if (value.Any(char.IsControl))
            value = string.Concat(value.Where(character => !char.IsControl(character)));
        message.Append(name).Append(": ").Append(value).Append("\r\n");
    }

    private static void AppendPart(StringBuilder message, string boundary, string type, string content)
    {
        message.Append("--").Append(boundary).Append("\r\n");
        AppendHeader(message, "Content-Type", $"{type}; charset=utf-8");
        AppendHeader(message, "Content-Transfer-Encoding", "quoted-printable");
        message.Append("\r\n").Append(QuotedPrintable(content)).Append("\r\n");
    }

    /// <summary>Text for a header: unchanged if it is plain ASCII, otherwise as encoded words of whole characters (RFC 2047).</summary>
    private static string Words(string text, bool asPhrase)
    {
        if (text.All(character => character is >= ' ' and <= '~'))
            return asPhrase ? Quoted(text) : text;

        var words = new List<string>();
        var word = new List<byte>();
        foreach (var rune in text.EnumerateRunes())
        {
            var bytes = Encoding.UTF8.GetBytes(rune.ToString());
            if (word.Count + bytes.Length > 42)
            {
                words.Add(EncodedWord(word));
                word.Clear();
            }

            word.AddRange(bytes);
        }

        words.Add(EncodedWord(word));
        return string.Join(' ', words);
    }

    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string EncodedWord(List<byte> bytes) => $"=?utf-8?B?{Convert.ToBase64String([.. bytes])}?=";

    private static string QuotedPrintable(string content)
    {
        var encoded = new StringBuilder(content.Length + (content.Length / 8));
        foreach (var line in content.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
        {
            AppendLine(encoded, Encoding.UTF8.GetBytes(line));
            encoded.Append("\r\n");
        }

        return encoded.ToString();
    }

    private static void AppendLine(StringBuilder encoded, byte[] line)
    {
        var column = 0;
        for (var index = 0; index < line.Length; index++)
        {
            var isLast = index == line.Length - 1;
            var isPlain = line[index] is (>= (byte)'!' and <= (byte)'~' and not (byte)'=') || (line[index] is (byte)' ' && !isLast);
            // Some servers end the message at a line that begins with a dot.
            if (column == 0 && line[index] == (byte)'.')
                isPlain = false;
            var width = isPlain ? 1 : 3;
            // Keep the last column for the equals sign of a soft line break.
            if (column + width > LongestLine - 1)
            {
                encoded.Append("=\r\n");
                column = 0;
            }

            if (isPlain)
                encoded.Append((char)line[index]);
            else
                encoded.Append('=').Append(line[index].ToString("X2", CultureInfo.InvariantCulture));
            column += width;
        }
    }
}
