using DurableTask.Core.History;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Engine.Storage;

/// <summary>Changes on the writing connection, inside the transaction that the commit queue has opened.</summary>
internal sealed class StoreWriter(SqliteConnection connection)
{
    private readonly SqliteStatement _find = connection.Prepare("SELECT key, status FROM instances WHERE id = ?");
    private readonly SqliteStatement _status = connection.Prepare("SELECT status FROM instances WHERE key = ?");
    private readonly SqliteStatement _insertInstance = connection.Prepare("""
        INSERT INTO instances (key, id, name, version, status, execution, created, updated, wake, start_at,
          parent, parent_execution, parent_task, parent_id, parent_name, tags)
        VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """);

    private readonly SqliteStatement _insertPayloads = connection.Prepare("INSERT INTO payloads (instance, input) VALUES (?, ?)");
    private readonly SqliteStatement _updateInstance = connection.Prepare(
        "UPDATE instances SET status = ?, updated = ?, wake = ? WHERE key = ?");

    private readonly SqliteStatement _updateCustomStatus = connection.Prepare("UPDATE payloads SET custom_status = ? WHERE instance = ?");
    private readonly SqliteStatement _updateCarried = connection.Prepare("UPDATE payloads SET carried = NULL WHERE instance = ?");
    private readonly SqliteStatement _updateEnd = connection.Prepare("UPDATE payloads SET output = ?, failure = ? WHERE instance = ?");
    private readonly SqliteStatement _updateExecution = connection.Prepare(
        "UPDATE instances SET execution = ?, version = ? WHERE key = ?");

    private readonly SqliteStatement _updateNextInput = connection.Prepare("UPDATE payloads SET input = ?, carried = ? WHERE instance = ?");
    private readonly SqliteStatement _insertHistory = connection.Prepare(
        "INSERT INTO history (instance, episode, events) VALUES (?, ?, ?)");

    private readonly SqliteStatement _deleteHistory = connection.Prepare("DELETE FROM history WHERE instance = ?");
    private readonly SqliteStatement _insertMessage = connection.Prepare(
        "INSERT INTO inbox (key, instance, execution, event) VALUES (?, ?, ?, ?)");

    private readonly SqliteStatement _deleteMessage = connection.Prepare("DELETE FROM inbox WHERE key = ?");
    private readonly SqliteStatement _deleteInbox = connection.Prepare("DELETE FROM inbox WHERE instance = ?");
    private readonly SqliteStatement _insertTimer = connection.Prepare("INSERT INTO timers (due, instance, task) VALUES (?, ?, ?)");
    private readonly SqliteStatement _deleteTimer = connection.Prepare("DELETE FROM timers WHERE due = ? AND instance = ? AND task = ?");
    private readonly SqliteStatement _deleteTimersOf = connection.Prepare("DELETE FROM timers WHERE instance = ?");
    private readonly SqliteStatement _deletePayloads = connection.Prepare("DELETE FROM payloads WHERE instance = ?");
    private readonly SqliteStatement _deleteInstance = connection.Prepare("DELETE FROM instances WHERE key = ?");
    private readonly SqliteStatement _children = connection.Prepare("SELECT key, id, status FROM instances WHERE parent = ?");
    private readonly SqliteStatement _counter = connection.Prepare("SELECT seq FROM sqlite_sequence WHERE name = ?");

    private long? _lastInstance;
    private long? _lastMessage;

    public Effects Effects { get; } = new();

    /// <summary>Reader on the writing connection. It sees the changes of the open transaction.</summary>
    public StoreReader Reader { get; } = new(connection);

    /// <summary>Discards the keys and effects of a transaction that was rolled back.</summary>
    public void Forget()
    {
        Effects.Clear();
        _lastInstance = null;
        _lastMessage = null;
    }

    /// <summary>Key of the next instance to create. Keys are never reused.</summary>
    public long NextInstanceKey => (_lastInstance ??= Last("instances")) + 1;

    /// <summary>Finds an instance by its id; null for none.</summary>
    public (long Key, OrchestrationRuntimeStatus Status)? Find(string id)
    {
        (long, OrchestrationRuntimeStatus)? found = null;
        if (_find.Bind(id).Step())
            found = (_find.Integer(0), (OrchestrationRuntimeStatus)_find.Integer(1));
        _find.Reset();
        return found;
    }

    /// <summary>Whether the instance exists and has not ended.</summary>
    public bool IsUnderWay(long key) =>
        _status.Bind(key).Scalar() is { } status && !InstanceRow.IsEnded((OrchestrationRuntimeStatus)status);

    /// <summary>Creates an instance. Its id must be free.</summary>
    public long CreateInstance(NewInstance instance, long now)
    {
        var key = NextInstanceKey;
        var later = instance.StartAt > now;
        var parent = instance.Parent;
        _insertInstance
            .Bind(key).Bind(instance.Id).Bind(instance.Name).Bind(instance.Version).Bind((long)OrchestrationRuntimeStatus.Pending)
            .Bind(now).Bind(now).Bind(later ? 0 : 1).Bind(instance.StartAt)
            .Bind(parent?.Key).Bind(parent?.Execution).Bind(parent?.TaskId).Bind(parent?.Id).Bind(parent?.Name).Bind(instance.Tags)
            .Run();
        _insertPayloads.Bind(key).Bind(instance.Input).Run();
        _lastInstance = key;
        Effects.Statuses.Add((instance.Id, OrchestrationRuntimeStatus.Pending));
        if (later)
            AddTimer(new TimerRow(instance.StartAt!.Value, key, TimerRow.Start));
        else
            Effects.Woken.Add(key);
        return key;
    }

    /// <summary>Adds a message to the inbox of an instance, in the order of the calls.</summary>
    public void Deliver(long instance, int execution, HistoryEvent happened)
    {
        var key = (_lastMessage ??= Last("inbox")) + 1;
        _insertMessage.Bind(key).Bind(instance).Bind(execution).Bind(HistoryJson.WriteBytes([happened])).Run();
        _lastMessage = key;
        Effects.Delivered.Add((instance, new Message(key, execution, happened)));
    }

    /// <summary>Adds a message to the inbox of an instance, unless the instance is unknown or has ended.</summary>
    public void Deliver(string id, HistoryEvent happened)
    {
        if (Find(id) is { } found && !InstanceRow.IsEnded(found.Status))
            Deliver(found.Key, Message.AnyExecution, happened);
    }

    /// <param name="wake">Whether a restart must continue the instance, because it has an episode or an activity to run.</param>
    public void UpdateInstance(long key, OrchestrationRuntimeStatus status, long now, bool wake) =>
        _updateInstance.Bind((long)status).Bind(now).Bind(wake ? 1 : 0).Bind(key).Run();

    public void UpdateCustomStatus(long key, string? customStatus) => _updateCustomStatus.Bind(customStatus).Bind(key).Run();

    public void ForgetCarried(long key) => _updateCarried.Bind(key).Run();

    public void UpdateEnd(long key, string? output, string? failure) => _updateEnd.Bind(output).Bind(failure).Bind(key).Run();

    /// <summary>Continues the instance as the next execution, with an empty history.</summary>
    public void BeginExecution(long key, int execution, string? version, string? input, byte[]? carried)
    {
        _deleteHistory.Bind(key).Run();
        _updateExecution.Bind(execution).Bind(version).Bind(key).Run();
        _updateNextInput.Bind(input);
        (carried is null ? _updateNextInput.Bind((string?)null) : _updateNextInput.Bind(carried)).Bind(key).Run();
    }

    public void AddHistory(long key, int episode, ReadOnlySpan<byte> events) => _insertHistory.Bind(key).Bind(episode).Bind(events).Run();

    public void DeleteHistory(long key) => _deleteHistory.Bind(key).Run();

    public void DeleteMessage(long key) => _deleteMessage.Bind(key).Run();

    public void DeleteInbox(long instance) => _deleteInbox.Bind(instance).Run();

    public void AddTimer(TimerRow timer)
    {
        _insertTimer.Bind(timer.Due).Bind(timer.Instance).Bind(timer.TaskId).Run();
        Effects.Timers.Add(timer);
    }

    public void DeleteTimer(TimerRow timer)
    {
        _deleteTimer.Bind(timer.Due).Bind(timer.Instance).Bind(timer.TaskId).Run();
        Effects.TimersRemoved.Add(timer.Due);
    }

    /// <summary>Deletes all timers of an instance. Reads the whole table, so use it only if the timers are unknown.</summary>
    public void DeleteTimersOf(long instance) => _deleteTimersOf.Bind(instance).Run();

    public List<(long Key, string Id, OrchestrationRuntimeStatus Status)> Children(long parent)
    {
        List<(long, string, OrchestrationRuntimeStatus)> children = [];
        _children.Bind(parent);
        while (_children.Step())
            children.Add((_children.Integer(0), _children.Text(1), (OrchestrationRuntimeStatus)_children.Integer(2)));
        _children.Reset();
        return children;
    }

    /// <summary>Deletes an instance that has ended, which therefore has no timers and no messages.</summary>
    public void DeleteInstance(long key, string id)
    {
        _deleteHistory.Bind(key).Run();
        _deletePayloads.Bind(key).Run();
        _deleteInstance.Bind(key).Run();
        Effects.Deleted.Add(key);
        Effects.Statuses.Add((id, null));
    }

    private long Last(string table) => _counter.Bind(table).Scalar() ?? 0;
}
