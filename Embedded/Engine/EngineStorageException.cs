namespace AccountClosure.Embedded.Engine;

/// <summary>The database refused an operation. Nothing of its transaction is stored.</summary>
public sealed class EngineStorageException(string message, Exception? inner = null) : Exception(message, inner);
