namespace AccountClosure.Simulator;

/// <summary>
/// Random choices that depend only on the seed and on what they are for, not on the order in which they are made: so the
/// simulator gives the same after a restart, and whatever other accounts do.
/// </summary>
internal readonly record struct Draw(int Seed, string Subject)
{
    /// <summary>At least 0 and below 1.</summary>
    public double Fraction(string purpose) => (Bits(purpose) >> 11) * (1.0 / (1UL << 53));

    public TimeSpan Between(TimeSpan low, TimeSpan high, string purpose) =>
        low + TimeSpan.FromTicks((long)((high - low).Ticks * Fraction(purpose)));

    /// <summary>An identifier in the form of a random UUID.</summary>
    public string Uuid(string purpose)
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, Bits(purpose));
        BitConverter.TryWriteBytes(bytes[8..], Bits(purpose + "/low"));
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString("D");
    }

    /// <summary>FNV-1a over the words, then the finalizer of SplitMix64 so that similar words give unlike numbers.</summary>
    private ulong Bits(string purpose)
    {
        unchecked
        {
            var hash = 14695981039346656037UL ^ (uint)Seed;
            foreach (var letter in Subject)
                hash = (hash ^ letter) * 1099511628211UL;
            hash = (hash ^ '/') * 1099511628211UL;
            foreach (var letter in purpose)
                hash = (hash ^ letter) * 1099511628211UL;
            hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL;
            hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
            return hash ^ (hash >> 31);
        }
    }
}
