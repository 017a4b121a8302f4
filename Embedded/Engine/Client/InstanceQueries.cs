using System.Collections.ObjectModel;
using System.Globalization;
using AccountClosure.Embedded.Engine.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Engine.Client;

/// <summary>Reads and lists instances.</summary>
internal sealed class InstanceQueries(Database database, DataConverter converter)
{
    public OrchestrationMetadata? Get(string instanceId, bool payloads) =>
        database.Read(reader => reader.Instance(instanceId, payloads)) is { } row ? Metadata(row, payloads) : null;

    /// <summary>
    /// Lists instances, oldest first. The order is fixed, so paging neither repeats nor skips an instance that does not change.
    /// </summary>
    public AsyncPageable<OrchestrationMetadata> List(OrchestrationQuery? query)
    {
        query ??= new OrchestrationQuery();
        var filter = InstanceFilter.From(query.CreatedFrom, query.CreatedTo, query.Statuses, query.InstanceIdPrefix);
        return Pageable.Create<OrchestrationMetadata>((token, size, cancellation) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var from = token ?? query.ContinuationToken;
            var limit = size ?? query.PageSize;
            if (limit <= 0)
                limit = OrchestrationQuery.DefaultPageSize;
            var rows = database.Read(reader => reader.Instances(
                filter, ParseToken(from), limit + 1, query.FetchInputsAndOutputs));
            var isLast = rows.Count <= limit;
            List<OrchestrationMetadata> page = [.. rows.Take(limit).Select(row => Metadata(row, query.FetchInputsAndOutputs))];
            return Task.FromResult(new Page<OrchestrationMetadata>(page, isLast ? null : $"{rows[limit - 1].Key}"));
        });
    }

    private static long ParseToken(string? token) => string.IsNullOrEmpty(token) ? 0
        : long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var key) && key > 0 ? key
        : throw new ArgumentException("The continuation token is not valid.", nameof(token));

    private OrchestrationMetadata Metadata(InstanceRow row, bool payloads) => new(row.Name, row.Id)
    {
        DataConverter = payloads ? converter : null,
        RuntimeStatus = row.Status,
        CreatedAt = new DateTimeOffset(row.Created, TimeSpan.Zero),
        LastUpdatedAt = new DateTimeOffset(row.Updated, TimeSpan.Zero),
        SerializedInput = row.Input,
        SerializedOutput = row.Output,
        SerializedCustomStatus = row.CustomStatus,
        Tags = HistoryJson.ReadTags(row.Tags)?.AsReadOnly() ?? ReadOnlyDictionary<string, string>.Empty,
        FailureDetails = HistoryJson.ReadFailure(row.Failure)?.ToTaskFailureDetails(),
    };
}
