namespace AccountClosure.Embedded.Local;

/// <summary>The program cannot start or continue. The message is one line for the person at the terminal.</summary>
public sealed class LocalException(string message, Exception? inner = null) : Exception(message, inner);
