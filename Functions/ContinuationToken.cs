using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AccountClosure.Functions;

/// <summary>
/// Token of the next page, as callers see it: the token of the backend with a checksum. The checksum detects a token that no page gave.
/// Azure Storage does not detect it, and answers with an empty page.
/// </summary>
internal static class ContinuationToken
{
    private const int ChecksumLength = 8;

    /// <returns>The token for callers; null if there is no next page.</returns>
    public static string? Write(string? token)
    {
        if (token is null)
            return null;
        var bytes = Encoding.UTF8.GetBytes(token);
        return Base64Url.EncodeToString([.. Checksum(bytes), .. bytes]);
    }

    /// <returns>Whether the text is a token that <see cref="Write"/> wrote, or is null, which stands for the first page.</returns>
    public static bool TryRead(string? text, out string? token)
    {
        token = null;
        if (text is null)
            return true;
        if (!Base64Url.IsValid(text) || Base64Url.DecodeFromChars(text) is not { Length: > ChecksumLength } bytes)
            return false;
        token = Encoding.UTF8.GetString(bytes.AsSpan(ChecksumLength));
        return bytes.AsSpan(0, ChecksumLength).SequenceEqual(Checksum(bytes.AsSpan(ChecksumLength)));
    }

    private static ReadOnlySpan<byte> Checksum(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes).AsSpan(0, ChecksumLength);
}
