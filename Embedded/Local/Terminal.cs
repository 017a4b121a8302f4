namespace AccountClosure.Embedded.Local;

/// <summary>Writes lines, with colour where a person sees them.</summary>
public sealed class Terminal(TextWriter output, bool colour)
{
    /// <summary>Uses standard output, with colour only on a terminal without NO_COLOR (https://no-color.org).</summary>
    public static Terminal ForConsole() => new(
        Console.Out,
        !Console.IsOutputRedirected
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") != "dumb");

    public void Line(string text = "") => output.WriteLine(text);

    public string Strong(string text) => Wrap(text, "1");

    public string Faint(string text) => Wrap(text, "2");

    public string Good(string text) => Wrap(text, "32");

    public string Bad(string text) => Wrap(text, "31");

    public string Attention(string text) => Wrap(text, "33");

    private string Wrap(string text, string code) => colour ? $"\e[{code}m{text}\e[0m" : text;
}
