using System.ComponentModel;
using System.Globalization;
using FederatedQuery.Cold.Statistics;
using FederatedQuery.Federation;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Statistics;
using FederatedQuery.Gateway.Typed.Rows;
using FederatedQuery.GraphQL.Types.Annotations;

namespace FederatedQuery.Gateway.Resolvers;

[GraphQLDescription("A dataset by name: hot only, cold only, or tiered (both).")]
internal sealed class Table(RegisteredTable table, DataRetention retention)
{
    public string Name => table.Name;

    public string Namespace => table.Namespace;

    public DataSource DataSource => table.DataSource;

    public IReadOnlyList<ResultColumn> Columns =>
        [.. table.Schema.Fields.Select(column => new ResultColumn(column.Name, column.Type.ToString(), column.Optional))];

    public IReadOnlyList<string> PrimaryKey => table switch
    {
        { Tiering: { } tiering } => tiering.PrimaryKey,
        { Hot: { } hot } => hot.PrimaryKey,
        _ => [.. table.Schema.IdentifierFieldIds.Select(id => table.Schema.FindName(id)!)],
    };

    public string? TimeColumn => table.Tiering?.TimeColumn;

    public IReadOnlyList<string> PartitionBy => table.Tiering is { } tiering
        ? tiering.PartitionBy
        : [.. table.Cold?.Metadata.DefaultSpec.Fields.Select(partition => partition.Name) ?? []];

    [GraphQLDescription("Days that rows stay hot, and days after which cold rows are deleted.")]
    public int? HotDays => table.Tiering is { } tiering ? tiering.HotDays ?? retention.PostgresRetentionDays : null;

    public int? ColdDays => table.Tiering is { } tiering ? tiering.ColdDays ?? retention.IcebergRetentionDays : null;

    [GraphQLDescription("Everything older than this has been moved to the cold tier (late rows may still sit in the hot tier; they are always found).")]
    public DateTimeOffset? Boundary => table.Tiering?.Boundary;

    [GraphQLDescription("What may be done to the table's rows by mutations: nothing, unless it was allowed.")]
    public IReadOnlyList<RowMutation> RowMutations => table.RowMutations.ToList();

    public long HotRows => table.Hot?.EstimatedRows ?? 0;

    public long HotBytes => table.Hot?.Bytes ?? 0;

    public long ColdRows => table.Cold?.Rows ?? 0;

    public long ColdBytes => table.Cold?.Bytes ?? 0;

    public int ColdFiles => table.Cold?.Files ?? 0;

    /// <summary>Newest first.</summary>
    [ListSize(SlicingArguments = ["first"], RequireOneSlicingArgument = false)]
    public IReadOnlyList<Snapshot> Snapshots([DefaultValue(20)] int? first)
    {
        var most = first ?? int.MaxValue;
        if (most < 0)
        {
            throw Failures.ToGraphQL(new FederatedQueryException(FailureKind.BadArgument, $"`first` is {most}; it must be 0 or more."));
        }

        return
        [
            .. (table.Cold?.Metadata.Snapshots ?? [])
                .OrderByDescending(snapshot => snapshot.TimestampMs).ThenByDescending(snapshot => snapshot.SequenceNumber)
                .Take(most)
                .Select(snapshot => new Snapshot(
                    snapshot.SnapshotId.ToString(CultureInfo.InvariantCulture),
                    DateTimeOffset.FromUnixTimeMilliseconds(snapshot.TimestampMs),
                    snapshot.Operation ?? "unknown",
                    snapshot.Summary.ToDictionary(entry => entry.Key, object? (entry) => entry.Value))),
        ];
    }

    [GraphQLDescription("Partitions of the cold files, of the newest layout first, of times the newest first. Pages that follow are of the first one's snapshot.")]
    [ListSize(SlicingArguments = ["first"], SizedFields = ["nodes"], AssumedSize = PageArguments.DefaultSize, RequireOneSlicingArgument = false)]
    public Task<TablePartitionConnection> PartitionsAsync([DefaultValue(PageArguments.DefaultSize)] int? first, string? after, ColdFileLists lists, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(() => TableFiles.PartitionsAsync(table.Cold, PageArguments.Of(first, after, null, null), lists, cancellationToken));

    [GraphQLDescription("The cold data files, those added last first; `partition` is the `path` of one. Pages that follow are of the first one's snapshot.")]
    [ListSize(SlicingArguments = ["first"], SizedFields = ["nodes"], AssumedSize = PageArguments.DefaultSize, RequireOneSlicingArgument = false)]
    public Task<TableFileConnection> FilesAsync(
        [DefaultValue(PageArguments.DefaultSize)] int? first, string? after, string? partition, ColdFileLists lists, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(() => TableFiles.FilesAsync(table.Cold, partition, PageArguments.Of(first, after, null, null), lists, cancellationToken));

    [ListSize(AssumedSize = 730), GraphQLDescription("Rows and bytes per day and tier, for a picture of where the data lies.")]
    public Task<IReadOnlyList<TableDay>> DaysAsync(DateOnly? from, DateOnly? to, TableDays days, CancellationToken cancellationToken) =>
        Failures.TranslateAsync<IReadOnlyList<TableDay>>(async () =>
            [.. (await days.ReadAsync(table, from, to, cancellationToken)).Select(day => new TableDay(day.Day, day.Tier, day.Rows, day.Bytes))]);
}

internal sealed record Snapshot(string Id, DateTimeOffset CommittedAt, string Operation, IReadOnlyDictionary<string, object?> Summary);

internal sealed record TableDay(DateOnly Day, DataSource Tier, long Rows, long Bytes);
