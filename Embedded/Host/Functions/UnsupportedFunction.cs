namespace AccountClosure.Embedded.Host.Functions;

/// <summary>A function is not valid. The message is a clause that follows the function's name, without a full stop.</summary>
internal sealed class UnsupportedFunction(string mistake) : Exception(mistake);
