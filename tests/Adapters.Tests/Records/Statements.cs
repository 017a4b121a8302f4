using AccountClosure.Records;

namespace AccountClosure.Adapters.Tests.Records;

/// <summary>SQL from outside the program, as a person would type it.</summary>
internal static class Statements
{
    public static int Execute(this RecordsDatabase database, string sql) =>
        database.Write(session => session.Execute(sql));
}
