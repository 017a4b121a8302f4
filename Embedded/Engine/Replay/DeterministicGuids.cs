using System.Security.Cryptography;
using System.Text;

namespace AccountClosure.Embedded.Engine.Replay;

/// <summary>Unique ids that come out the same on every replay: hashes of the execution's own id and a counter.</summary>
internal sealed class DeterministicGuids(string instanceId, string executionId)
{
    private int _made;

    public Guid Next() => Of($"{instanceId}|{executionId}|{_made++}");

    public static Guid Of(string name)
    {
        byte[] bytes = SHA256.HashData(Encoding.UTF8.GetBytes(name))[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80); // version 8: made by a rule of one's own
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
