namespace AccountClosure.Embedded.Engine;

/// <summary>The database refused. Nothing of the transaction was kept.</summary>
public sealed class EngineStorageException : Exception
{
    public EngineStorageException()
    {
    }

    public EngineStorageException(string message)
        : base(message)
    {
    }

    public EngineStorageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
