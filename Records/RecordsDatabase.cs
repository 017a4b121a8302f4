using System.Globalization;
using System.Reflection;

namespace AccountClosure.Records;

/// <summary>
/// The database of all records. It keeps money as whole cents (bigint) and a time as UTC text of fixed width
/// ("2025-03-14T14:00:00.0000000Z"), which sorts correctly and is readable. The SQL of the stores is portable. What differs between
/// databases is in the derived classes and their scripts.
/// </summary>
public abstract class RecordsDatabase : IDisposable
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffffffZ";

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs the work in its own transaction and commits it durably. Work that throws leaves no trace.</summary>
    public abstract T Write<T>(Func<RecordsSession, T> work);

    /// <summary>Runs queries in one transaction, so that all of them see the same state of the database.</summary>
    public abstract T Read<T>(Func<RecordsSession, T> work);

    /// <summary>Whether the failure is a write that a unique constraint rejected.</summary>
    public abstract bool IsDuplicate(Exception failure);

    public void Write(Action<RecordsSession> work) => Write(session =>
    {
        work(session);
        return true;
    });

    internal static string TimeText(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    internal static string? TimeText(DateTimeOffset? time) => time is { } given ? TimeText(given) : null;

    internal static DateTimeOffset Time(string text) => DateTimeOffset.ParseExact(
        text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    protected abstract void Dispose(bool disposing);

    /// <summary>Runs the scripts that are new to this database, in the order of their numbers, in one transaction.</summary>
    /// <param name="folder">
    /// Folder of the scripts under Records/Schema. They are resources of this assembly, with names such as <c>001_what_it_does.sql</c>.
    /// </param>
    protected void Migrate(string folder)
    {
        var assembly = typeof(RecordsDatabase).Assembly;
        var prefix = $"AccountClosure.Records.Schema.{folder}.";
        var scripts = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => (
                Name: name,
                Version: int.Parse(name.AsSpan(prefix.Length, 3), NumberStyles.None, CultureInfo.InvariantCulture)))
            .OrderBy(script => script.Version)
            .ToList();
        Write(session =>
        {
            session.Execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL PRIMARY KEY, script TEXT NOT NULL)");
            var current = session.QueryFirst("SELECT COALESCE(MAX(version), 0) FROM schema_version", row => row.GetInt32(0));
            if (current > scripts[^1].Version)
            {
                throw new InvalidOperationException(
                    $"The records have schema version {current}, but this release supports only versions up to {scripts[^1].Version}. "
                    + "Deploy the newer release again.");
            }
            foreach (var script in scripts.Where(script => script.Version > current))
            {
                session.Execute(ReadScript(assembly, script.Name));
                session.Execute(
                    "INSERT INTO schema_version (version, script) VALUES (@version, @script)",
                    ("@version", script.Version),
                    ("@script", script.Name[prefix.Length..]));
            }
        });
    }

    private static string ReadScript(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
