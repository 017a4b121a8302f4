using System.Security.Cryptography;
using System.Text;

namespace AccountClosure.Closure;

/// <summary>
/// The number that a customer quotes on the telephone: <c>CLA-XXXXX-XXXXX</c>, fifty bits in an alphabet without similar characters. It is
/// a pure function of the account and the time of the request, so that every replay and retry gives the same number.
/// </summary>
public static class ConfirmationNumber
{
    // Crockford's base 32: no I, L, O and U.
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string For(string accountId, DateTimeOffset requestedAt)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{accountId.ToLowerInvariant()}|{requestedAt.UtcTicks}"));
        var symbols = new char[10];
        for (var index = 0; index < symbols.Length; index++)
            symbols[index] = Alphabet[hash[index] % Alphabet.Length];
        return $"CLA-{new string(symbols, 0, 5)}-{new string(symbols, 5, 5)}";
    }
}
