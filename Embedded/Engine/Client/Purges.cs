using AccountClosure.Embedded.Engine.Storage;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Engine.Client;

/// <summary>Deletes instances that have ended, with all that is kept of them. Others are left alone.</summary>
internal static class Purges
{
    /// <summary>Instances that one transaction looks at, so that others get their turn between.</summary>
    public const int PageSize = 200;

    /// <returns>How many instances were deleted.</returns>
    public static int Purge(StoreWriter writer, IEnumerable<InstanceRow> rows, bool recursive)
    {
        var count = 0;
        foreach (var row in rows)
        {
            // A sub-orchestration may have gone with its parent, and an id may have begun anew, since the rows were read.
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
