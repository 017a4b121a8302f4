using System.Security.Cryptography;
using System.Text;

namespace AccountClosure.Embedded.Engine.Client;

/// <summary>Derives ids from names, so that two runs with the same starts get the same instance ids.</summary>
internal static class DeterministicGuids
{
    public static Guid From(string name)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(name))[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80); // Version 8: a custom format (RFC 9562).
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
