namespace AccountClosure.Simulation.Mutations;

/// <summary>A change of the shipped code that the simulation or the tests must notice.</summary>
/// <param name="Name">What the mutated code does.</param>
/// <param name="Edits">The edits of the source.</param>
/// <remarks>
/// All mutations of a list are compiled into one app. The one whose name is in <c>Planted.Bug</c> is active: the text of an edit tests
/// this with <c>PLANTED</c>, and <c>x.But(PLANTED, change)</c> changes a value only then.
/// </remarks>
internal record Mutation(string Name, params IReadOnlyList<Edit> Edits)
{
    /// <summary>Why nothing can find the mutation; null if something must find it.</summary>
    public string? Survives { get; init; }

    /// <summary>One for each guard: see <see cref="MutationTests"/>.</summary>
    public static readonly IReadOnlyList<Mutation> All =
        [.. TransferMutations.All, .. ClosingMutations.All, .. EndingMutations.All, .. RecordsMutations.All, .. RequestMutations.All];

    public override string ToString() => Name;
}

/// <param name="File">Path from the root of the repository.</param>
/// <param name="Find">Text that occurs once in the file. The edits of a list do not overlap.</param>
/// <param name="Replace">The new text.</param>
internal record Edit(string File, string Find, string Replace)
{
    /// <summary>Inserts text without replacing any. Several edits may follow the same text.</summary>
    public static Edit After(string file, string find, string text) => new Insertion(file, find, text);

    internal sealed record Insertion(string File, string Find, string Replace) : Edit(File, Find, Replace);
}

/// <summary>A file whose guards are mutated.</summary>
internal sealed record Source(string File)
{
    private string Area => Path.GetFileName(File).Split('.')[0];

    /// <summary>Makes the condition false.</summary>
    public Mutation Never(string name, string condition) => Replace(name, condition, $"(!PLANTED && ({condition}))");

    /// <summary>Makes the condition true.</summary>
    public Mutation Always(string name, string condition) => Replace(name, condition, $"(PLANTED || ({condition}))");

    /// <summary>Leaves out the statement.</summary>
    public Mutation Without(string name, string statement) => Replace(name, statement, $"if (!PLANTED) {statement}");

    public Mutation Replace(string name, string find, string replace) => new($"{Area}: {name}", new Edit(File, find, replace));

    /// <summary>Changes the value.</summary>
    /// <param name="change">A function of the value.</param>
    public Mutation But(string name, string value, string change) =>
        new($"{Area}: {name}", Edit.After(File, value, $".But(PLANTED, {change})"));

    /// <summary>Changes a part of an SQL statement.</summary>
    /// <param name="statement">End of the statement, with the quotation marks.</param>
    public Mutation Sql(string name, string statement, string part, string instead) =>
        But(name, statement, $"sql => sql.Replace(\"{part}\", \"{instead}\")");
}
