namespace AccountClosure.Embedded.Host.Functions;

/// <summary>What is wrong with one function: a clause that follows its name, without a full stop.</summary>
internal sealed class UnsupportedFunction(string mistake) : Exception(mistake);
