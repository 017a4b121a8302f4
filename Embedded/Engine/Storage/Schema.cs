namespace AccountClosure.Embedded.Engine.Storage;

/// <summary>
/// Creates the tables. Rows are few and narrow, because the engine writes every episode: an episode has one history row, payloads have a
/// table of their own so that an update of the instance does not copy them, and activities have no rows because they follow from the
/// history. Times are UTC ticks of 100 ns.
/// </summary>
internal static class Schema
{
    private const int Version = 2;

    private const string Tables = """
        CREATE TABLE instances (
          key INTEGER PRIMARY KEY AUTOINCREMENT,
          id TEXT NOT NULL UNIQUE,
          name TEXT NOT NULL,
          version TEXT,
          status INTEGER NOT NULL,
          execution INTEGER NOT NULL,
          created INTEGER NOT NULL,
          updated INTEGER NOT NULL,
          wake INTEGER NOT NULL,
          start_at INTEGER,
          parent INTEGER,
          parent_execution INTEGER,
          parent_task INTEGER,
          parent_id TEXT,
          parent_name TEXT,
          tags TEXT);

        -- A restart reads these instances: they have an episode or an activity to run.
        CREATE INDEX instances_to_wake ON instances (key) WHERE wake = 1;
        -- Most lists ask for active instances. The index finds them at once, however many have ended.
        CREATE INDEX active_instances ON instances (key) WHERE status NOT IN (1, 3, 5);
        CREATE INDEX instances_by_parent ON instances (parent) WHERE parent IS NOT NULL;

        CREATE TABLE payloads (
          instance INTEGER PRIMARY KEY,
          input TEXT,
          custom_status TEXT,
          output TEXT,
          failure TEXT,
          carried BLOB);

        CREATE TABLE history (
          instance INTEGER NOT NULL,
          episode INTEGER NOT NULL,
          events BLOB NOT NULL,
          PRIMARY KEY (instance, episode)) WITHOUT ROWID;

        -- Messages that an instance has not taken into its history yet. An execution of -1 is any.
        CREATE TABLE inbox (
          key INTEGER PRIMARY KEY AUTOINCREMENT,
          instance INTEGER NOT NULL,
          execution INTEGER NOT NULL,
          event BLOB NOT NULL);
        CREATE INDEX inbox_by_instance ON inbox (instance);

        -- A task of -1 is the scheduled start of an instance.
        CREATE TABLE timers (
          due INTEGER NOT NULL,
          instance INTEGER NOT NULL,
          task INTEGER NOT NULL,
          PRIMARY KEY (due, instance, task)) WITHOUT ROWID;
        """;

    /// <exception cref="EngineStorageException">The file belongs to another version of the engine.</exception>
    public static void Prepare(SqliteConnection connection)
    {
        long found;
        using (var version = connection.Prepare("PRAGMA user_version"))
            found = version.Scalar() ?? 0;
        if (found == Version)
            return;
        if (found != 0)
        {
            throw new EngineStorageException(
                $"The database has schema version {found}, but this engine supports version {Version}. Use another data folder.");
        }

        connection.Begin();
        connection.Execute(Tables);
        connection.Execute($"PRAGMA user_version = {Version}");
        connection.Commit();
    }
}
