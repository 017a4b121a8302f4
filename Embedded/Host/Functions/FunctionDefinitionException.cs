namespace AccountClosure.Embedded.Host.Functions;

/// <summary>The functions of an assembly cannot be run as they are written. One line for each mistake, naming the function.</summary>
public sealed class FunctionDefinitionException : Exception
{
    public FunctionDefinitionException(IEnumerable<string> mistakes)
        : base(string.Join(Environment.NewLine, mistakes))
    {
    }
}
