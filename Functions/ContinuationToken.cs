using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AccountClosure.Functions;

/// <summary>
/// The token of the next page, as callers see it: the backend's own with a checksum. A token that no page gave is told apart on every backend;
/// Azure Storage takes it for the token of an empty page.
/// </summary>
internal static class ContinuationToken
{
    private const int ChecksumLength = 8;

    /// <returns>Null for null: there is no next page.</returns>
    public static string? Write(string? token)
    {
        if (token is null)
            return null;
        var bytes = Encoding.UTF8.GetBytes(token);
        return Base64Url.EncodeToString([.. Checksum(bytes), .. bytes]);
    }

    /// <returns>Whether the text is null, for the first page, or was written by <see cref="Write"/>.</returns>
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
