using AccountClosure.Embedded.Engine.Storage;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Engine.Client;

/// <summary>Deletes instances that have ended, with everything stored for them. Keeps the others.</summary>
internal static class Purges
{
    /// <summary>Number of instances that one transaction checks. Other changes can run between two pages.</summary>
    public const int PageSize = 200;

    /// <returns>Number of deleted instances.</returns>
    public static int Purge(StoreWriter writer, IEnumerable<InstanceRow> rows, bool recursive)
    {
        var count = 0;
        foreach (var row in rows)
        {
            // Since the rows were read, a purge may have deleted a sub-orchestration with its parent, and a new instance may use an id.
            if (writer.Find(row.Id) is { } found && found.Key == row.Key)
                count += Purge(writer, found.Key, row.Id, found.Status, recursive);
        }

        return count;
    }

    /// <inheritdoc cref="Purge(StoreWriter, IEnumerable{InstanceRow}, bool)"/>
    public static int Purge(StoreWriter writer, long key, string id, OrchestrationRuntimeStatus status, bool recursive)
    {
        if (!InstanceRow.IsEnded(status))
            return 0;
        var count = 1;
        if (recursive)
        {
            foreach ((var childKey, var childId, var childStatus) in writer.Children(key))
                count += Purge(writer, childKey, childId, childStatus, recursive);
        }

        writer.DeleteInstance(key, id);
        return count;
    }
}
