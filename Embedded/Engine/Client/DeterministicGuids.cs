using System.Security.Cryptography;
using System.Text;

namespace AccountClosure.Embedded.Engine.Client;

/// <summary>Instance ids that come out the same in every run with the same starts: hashes of a name.</summary>
internal static class DeterministicGuids
{
    public static Guid From(string name)
    {
        byte[] bytes = SHA256.HashData(Encoding.UTF8.GetBytes(name))[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80); // Version 8: made by a rule of its own.
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
