namespace AccountClosure.FunctionsHost;

/// <summary>A check failed, or the checks cannot run; the message is a sentence for the person who runs them.</summary>
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
