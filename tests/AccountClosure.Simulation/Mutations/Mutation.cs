namespace AccountClosure.Simulation.Mutations;

/// <summary>A change of the shipped code that the simulation or the tests must notice.</summary>
/// <param name="Name">What the code does then.</param>
/// <param name="Edits">Where it is made.</param>
/// <remarks>
/// All mutations of a list are compiled into one app, which has the one whose name is in <c>Planted.Bug</c>: the text of an edit asks for
/// that with <c>PLANTED</c>, and <c>x.But(PLANTED, change)</c> changes a value only then.
/// </remarks>
internal record Mutation(string Name, params IReadOnlyList<Edit> Edits)
{
    /// <summary>Why nothing can find it; null when something must.</summary>
    public string? Survives { get; init; }

    /// <summary>One for each guard: see <see cref="MutationTests"/>.</summary>
    public static readonly IReadOnlyList<Mutation> All =
        [.. TransferMutations.All, .. ClosingMutations.All, .. EndingMutations.All, .. RecordsMutations.All, .. RequestMutations.All];

    public override string ToString() => Name;
}

/// <param name="File">From the root of the repository.</param>
/// <param name="Find">Must stand in the file once. The edits of a list do not overlap.</param>
/// <param name="Replace">The text in its place.</param>
internal record Edit(string File, string Find, string Replace)
{
    /// <summary>Replaces nothing: several edits may follow the same text.</summary>
    public static Edit After(string file, string find, string text) => new Insertion(file, find, text);

    internal sealed record Insertion(string File, string Find, string Replace) : Edit(File, Find, Replace);
}

/// <summary>A file whose guards are mutated.</summary>
internal sealed record Source(string File)
{
    private string Area => Path.GetFileName(File).Split('.')[0];

    /// <summary>The condition counts as false.</summary>
    public Mutation Never(string name, string condition) => Replace(name, condition, $"(!PLANTED && ({condition}))");

    /// <summary>The condition counts as true.</summary>
    public Mutation Always(string name, string condition) => Replace(name, condition, $"(PLANTED || ({condition}))");

    /// <summary>The statement is left out.</summary>
    public Mutation Without(string name, string statement) => Replace(name, statement, $"if (!PLANTED) {statement}");

    public Mutation Replace(string name, string find, string replace) => new($"{Area}: {name}", new Edit(File, find, replace));

    /// <summary>The value becomes another one.</summary>
    /// <param name="change">A function of the value.</param>
    public Mutation But(string name, string value, string change) => new($"{Area}: {name}", Edit.After(File, value, $".But(PLANTED, {change})"));

    /// <summary>A part of a statement of SQL becomes another one.</summary>
    /// <param name="statement">Its end, with the quotation marks.</param>
    public Mutation Sql(string name, string statement, string part, string instead) => But(name, statement, $"sql => sql.Replace(\"{part}\", \"{instead}\")");
}
