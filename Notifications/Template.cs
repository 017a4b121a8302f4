using System.Text;

namespace AccountClosure.Notifications;

/// <summary>
/// Fills a template. <c>{{name}}</c> is a value. <c>{{#name}} … {{/name}}</c> is a section that is written once for each row of a list, or
/// once when the value is not empty. Every value is encoded for the format of the template.
/// </summary>
internal sealed class Template(string source, Func<string, string> encode)
{
    private readonly string text = source;

    /// <summary>
    /// Loads a template of this assembly by its file name. Values of a template that ends with .html are encoded for HTML.
    /// </summary>
    public static Template Load(string file)
    {
        using var stream = typeof(Template).Assembly.GetManifestResourceStream($"AccountClosure.Notifications.Templates.{file}")
            ?? throw new InvalidOperationException($"There is no template {file}.");
        using var reader = new StreamReader(stream);
        bool isHtml = file.EndsWith(".html", StringComparison.Ordinal);
        return new Template(reader.ReadToEnd(), isHtml ? System.Net.WebUtility.HtmlEncode : value => value);
    }

    /// <summary>This template with an unfilled template in place of a mark.</summary>
    public Template With(string mark, Template content) => new(text.Replace(mark, content.text, StringComparison.Ordinal), encode);

    /// <exception cref="InvalidOperationException">The template names a value that does not exist, or a section does not end.</exception>
    public string Fill(TemplateValues values)
    {
        var filled = new StringBuilder();
        Fill(text, values, filled);
        return filled.ToString();
    }

    private void Fill(ReadOnlySpan<char> part, TemplateValues values, StringBuilder filled)
    {
        while (true)
        {
            var start = part.IndexOf("{{");
            if (start < 0)
            {
                filled.Append(part);
                return;
            }

            filled.Append(part[..start]);
            var end = part.IndexOf("}}");
            var name = part[(start + 2)..end].ToString();
            part = part[(end + 2)..];
            if (!name.StartsWith('#'))
            {
                filled.Append(encode(values.Text(name)));
                continue;
            }

            var closing = $"{{{{/{name[1..]}}}}}";
            var length = part.IndexOf(closing);
            if (length < 0)
                throw new InvalidOperationException($"The section {name[1..]} does not end.");
            // The line breaks after both marks are part of the marks.
            var section = WithoutFirstBreak(part[..length]);
            foreach (var row in values.Rows(name[1..]))
                Fill(section, row, filled);
            part = WithoutFirstBreak(part[(length + closing.Length)..]);
        }
    }

    private static ReadOnlySpan<char> WithoutFirstBreak(ReadOnlySpan<char> text) => text.StartsWith("\n") ? text[1..] : text;
}

/// <summary>Values of a template.</summary>
internal sealed class TemplateValues
{
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<TemplateValues>> lists = new(StringComparer.Ordinal);

    public string this[string name]
    {
        set => texts[name] = value;
    }

    public void SetRows(string name, IEnumerable<TemplateValues> rows) => lists[name] = [.. rows];

    public string Text(string name) =>
        texts.TryGetValue(name, out var text)
            ? text
            : throw new InvalidOperationException($"The template names {name}, which has no value.");

    /// <summary>The rows of the list, or these values themselves if the name is that of a text that is not empty.</summary>
    public IReadOnlyList<TemplateValues> Rows(string name)
    {
        if (lists.TryGetValue(name, out var rows))
            return rows;
        return Text(name).Length > 0 ? [this] : [];
    }
}
