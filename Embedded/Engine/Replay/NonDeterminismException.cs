namespace AccountClosure.Embedded.Engine;

/// <summary>The orchestrator's code does not repeat what its history says: it was changed, or depends on more than its history.</summary>
public sealed class NonDeterminismException : Exception
{
    public NonDeterminismException()
    {
    }

    public NonDeterminismException(string message)
        : base(message)
    {
    }

    public NonDeterminismException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal static NonDeterminismException Of(string orchestrator, string expected, string actual) => new(
        $"The orchestrator '{orchestrator}' is not deterministic: its history has {expected}, but the code now makes {actual}.");
}

/// <summary>The orchestrator waits for something that its history can never tell it.</summary>
public sealed class NotDurableException : Exception
{
    public NotDurableException()
    {
    }

    public NotDurableException(string message)
        : base(message)
    {
    }

    public NotDurableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
