namespace AccountClosure.Embedded.Host.Functions;

/// <summary>Functions of an assembly are not valid. The message has one line for each mistake, with the name of the function.</summary>
public sealed class FunctionDefinitionException : Exception
{
    public FunctionDefinitionException(IEnumerable<string> mistakes)
        : base(string.Join(Environment.NewLine, mistakes))
    {
    }
}
