using DurableTask.Core.History;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Engine.Storage;

/// <summary>Queries on one connection.</summary>
internal sealed class StoreReader(SqliteConnection connection)
{
    private const string Columns = """
        SELECT i.key, i.id, i.name, i.version, i.status, i.execution, i.created, i.updated, i.start_at,
          i.parent, i.parent_execution, i.parent_task, i.parent_id, i.parent_name, i.tags,
        """;

    private const string WithPayloads = $"""
        {Columns} p.input, p.custom_status, p.output, p.failure, p.carried
        FROM instances i JOIN payloads p ON p.instance = i.key
        """;

    private const string WithoutPayloads = $"""
        {Columns} NULL, NULL, NULL, p.failure, NULL
        FROM instances i JOIN payloads p ON p.instance = i.key
        """;

    // The condition of the index: not completed, failed or terminated.
    private const string Active = "WHERE i.status NOT IN (1, 3, 5) AND";

    private const string Matching = """
        i.key > ? AND i.created BETWEEN ? AND ? AND (? & (1 << i.status)) != 0 AND substr(i.id, 1, length(?5)) = ?5
        ORDER BY i.key LIMIT ?6
        """;

    private readonly SqliteStatement _byKey = connection.Prepare($"{WithPayloads} WHERE i.key = ?");
    private readonly SqliteStatement _byId = connection.Prepare($"{WithPayloads} WHERE i.id = ?");
    private readonly SqliteStatement _byIdWithoutPayloads = connection.Prepare($"{WithoutPayloads} WHERE i.id = ?");
    private readonly SqliteStatement _list = connection.Prepare($"{WithPayloads} WHERE {Matching}");
    private readonly SqliteStatement _listWithoutPayloads = connection.Prepare($"{WithoutPayloads} WHERE {Matching}");
    private readonly SqliteStatement _active = connection.Prepare($"{WithPayloads} {Active} {Matching}");
    private readonly SqliteStatement _activeWithoutPayloads = connection.Prepare($"{WithoutPayloads} {Active} {Matching}");
    private readonly SqliteStatement _history = connection.Prepare("SELECT events FROM history WHERE instance = ? ORDER BY episode");
    private readonly SqliteStatement _inbox = connection.Prepare(
        "SELECT key, execution, event FROM inbox WHERE instance = ? ORDER BY key");
    private readonly SqliteStatement _nextDue = connection.Prepare("SELECT min(due) FROM timers WHERE due > ?");
    private readonly SqliteStatement _dueTimers = connection.Prepare(
        "SELECT due, instance, task FROM timers WHERE due > ? AND due <= ? ORDER BY due, instance, task");
    private readonly SqliteStatement _toWake = connection.Prepare(
        "SELECT key FROM instances WHERE wake = 1 UNION SELECT instance FROM inbox ORDER BY 1");

    public InstanceRow? Instance(long key) => Single(_byKey.Bind(key));

    public InstanceRow? Instance(string id, bool payloads) => Single((payloads ? _byId : _byIdWithoutPayloads).Bind(id));

    public List<InstanceRow> Instances(InstanceFilter filter, long afterKey, int limit, bool payloads)
    {
        var statement = (filter.IsOfActiveOnly, payloads) switch
        {
            (true, true) => _active,
            (true, false) => _activeWithoutPayloads,
            (false, true) => _list,
            (false, false) => _listWithoutPayloads,
        };
        statement
            .Bind(afterKey).Bind(filter.CreatedFrom).Bind(filter.CreatedTo).Bind(filter.StatusBits).Bind(filter.IdPrefix).Bind(limit);
        List<InstanceRow> rows = [];
        while (statement.Step())
            rows.Add(Row(statement));
        statement.Reset();
        return rows;
    }

    /// <returns>The events of each episode.</returns>
    /// <exception cref="InvalidDataException">An episode cannot be read.</exception>
    public List<List<HistoryEvent>> History(long instance)
    {
        List<List<HistoryEvent>> episodes = [];
        try
        {
            _history.Bind(instance);
            while (_history.Step())
                episodes.Add(HistoryJson.ReadBytes(_history.Blob(0)));
        }
        finally
        {
            _history.Reset();
        }

        return episodes;
    }

    /// <exception cref="InvalidDataException">A message cannot be read.</exception>
    public List<Message> Inbox(long instance)
    {
        List<Message> messages = [];
        try
        {
            _inbox.Bind(instance);
            while (_inbox.Step())
                messages.Add(new Message(_inbox.Integer(0), (int)_inbox.Integer(1), Single(HistoryJson.ReadBytes(_inbox.Blob(2)))));
        }
        finally
        {
            _inbox.Reset();
        }

        return messages;
    }

    /// <summary>Reads the due time of the earliest timer after that time; null without one.</summary>
    public long? NextDue(long after) => _nextDue.Bind(after).Scalar();

    public List<TimerRow> TimersDue(long after, long until)
    {
        List<TimerRow> timers = [];
        _dueTimers.Bind(after).Bind(until);
        while (_dueTimers.Step())
            timers.Add(new TimerRow(_dueTimers.Integer(0), _dueTimers.Integer(1), (int)_dueTimers.Integer(2)));
        _dueTimers.Reset();
        return timers;
    }

    /// <summary>Finds the instances that a restart continues: those with an episode, an activity or a message.</summary>
    public List<long> InstancesToWake()
    {
        List<long> keys = [];
        while (_toWake.Step())
            keys.Add(_toWake.Integer(0));
        _toWake.Reset();
        return keys;
    }

    private static HistoryEvent Single(List<HistoryEvent> events) =>
        events is [var single] ? single : throw new InvalidDataException("The history has a message that is not one event.");

    private static InstanceRow? Single(SqliteStatement statement)
    {
        try
        {
            return statement.Step() ? Row(statement) : null;
        }
        finally
        {
            statement.Reset();
        }
    }

    private static InstanceRow Row(SqliteStatement row) => new()
    {
        Key = row.Integer(0),
        Id = row.Text(1),
        Name = row.Text(2),
        Version = row.NullableText(3),
        Status = (OrchestrationRuntimeStatus)row.Integer(4),
        Execution = (int)row.Integer(5),
        Created = row.Integer(6),
        Updated = row.Integer(7),
        StartAt = row.NullableInteger(8),
        Parent = row.NullableInteger(9) is { } parent
            ? new ParentTask(parent, (int)row.Integer(10), (int)row.Integer(11), row.Text(12), row.Text(13))
            : null,
        Tags = row.NullableText(14),
        Input = row.NullableText(15),
        CustomStatus = row.NullableText(16),
        Output = row.NullableText(17),
        Failure = row.NullableText(18),
        Carried = row.IsNull(19) ? null : row.Blob(19).ToArray(),
    };
}

/// <summary>Selects instances.</summary>
/// <param name="CreatedFrom">Earliest creation time, UTC ticks, inclusive.</param>
/// <param name="CreatedTo">Latest creation time, UTC ticks, inclusive.</param>
/// <param name="StatusBits">One bit for each status, at the position of its number.</param>
/// <param name="IdPrefix">Prefix of the instance ids; empty for all.</param>
internal sealed record InstanceFilter(long CreatedFrom, long CreatedTo, long StatusBits, string IdPrefix)
{
    private const long Ended = (1L << (int)OrchestrationRuntimeStatus.Completed)
        | (1L << (int)OrchestrationRuntimeStatus.Failed)
        | (1L << (int)OrchestrationRuntimeStatus.Terminated);

    /// <summary>Whether the filter excludes all instances that have ended.</summary>
    public bool IsOfActiveOnly => (StatusBits & Ended) == 0;

    public static InstanceFilter From(
        DateTimeOffset? createdFrom, DateTimeOffset? createdTo, IEnumerable<OrchestrationRuntimeStatus>? statuses, string? idPrefix)
    {
        long bits = 0;
        foreach (var status in statuses ?? [])
            bits |= 1L << (int)status;
        return new InstanceFilter(
            createdFrom?.UtcTicks ?? 0, createdTo?.UtcTicks ?? long.MaxValue, bits == 0 ? -1 : bits, idPrefix ?? string.Empty);
    }
}
