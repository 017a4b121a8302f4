namespace AccountClosure.FunctionsHost;

/// <summary>Something is not as it must be; the message is a sentence for the person who runs the checks.</summary>
public sealed class CheckFailedException : Exception
{
    public CheckFailedException(string message)
        : base(message)
    {
    }

    public CheckFailedException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public CheckFailedException()
    {
    }

    internal static void Require(bool holds, string sentence)
    {
        if (!holds)
            throw new CheckFailedException(sentence);
    }
}
