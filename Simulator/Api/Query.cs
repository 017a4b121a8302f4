using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace AccountClosure.Simulator.Api;

/// <summary>The query of a request. A value that cannot be read is an error for the caller, never a default.</summary>
/// <param name="Text">With the leading question mark, or empty.</param>
internal readonly record struct Query(string Text)
{
    public string? Value(string name)
    {
        foreach (var pair in new QueryStringEnumerable(Text))
        {
            if (pair.EncodedName.Span.SequenceEqual(name))
                return pair.DecodeValue().ToString();
        }
        return null;
    }

    public bool TryNumber(string name, int fallback, int least, int most, out int number)
    {
        number = fallback;
        return Value(name) is not { } text
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most);
    }

    public bool TryDate(string name, DateOnly fallback, out DateOnly date)
    {
        date = fallback;
        return Value(name) is not { } text
            || DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
    }

    public bool TryTime(string name, out DateTimeOffset? time)
    {
        time = null;
        // A plus sign in an offset arrives as a blank when the client did not encode it.
        if (Value(name)?.Replace(' ', '+') is not { } text)
            return true;
        var understood = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed);
        time = parsed;
        return understood;
    }

    /// <summary>One of the words, the first when the parameter is missing.</summary>
    public bool TryWord(string name, out string word, params ReadOnlySpan<string> words)
    {
        word = Value(name) ?? words[0];
        return words.Contains(word);
    }
}
