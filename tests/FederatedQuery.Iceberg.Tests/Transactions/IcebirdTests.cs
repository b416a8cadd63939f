using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Tests.Catalogs;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.Iceberg.Transforms;
using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.Local;
using FederatedQuery.Testing;

namespace FederatedQuery.Iceberg.Tests.Transactions;

/// <summary>A reader that shares no code with this one finds the rows of a table written here, after each kind of commit.</summary>
public sealed class IcebirdTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ObjectStoreRegistry _stores;
    private readonly TableCommitter _committer;
    private readonly SortedDictionary<long, (long Hour, string? Name, long? Level)> _rows = [];
    private readonly DuckDBDatabase _database = DuckDBDatabase.Open();
    private CatalogTable _table;
    private int _files;

    public IcebirdTests()
    {
        _stores = new ObjectStoreRegistry(new ObjectStoreRegistry.Root("s3://lake", new LocalObjectStore(_folder.FullPath, TimeProvider.System)));
        _committer = new TableCommitter(_stores, new ManifestCache(_stores, 16 << 20), new CommitOptions(), TimeProvider.System);
        var metadata = TableMetadataChanges.Create(
            Guid.NewGuid(),
            "s3://lake/warehouse/events",
            CatalogFixture.EventsSchema,
            CatalogFixture.ByDay,
            SortOrder.Unsorted,
            [new(TableProperties.ManifestMinCountToMerge, "3")],
            nowMs: 0);
        _table = new CatalogTable(CatalogFixture.Events, "s3://lake/warehouse/events/metadata/00000-first.metadata.json", metadata);
    }

    [Fact]
    public async Task CommitAsync_EachKindOfCommit_IsReadByIcebird()
    {
        for (var day = -1; day < 3; day++)
        {
            Put(Enumerable.Range((day + 1) * 10, 10).Select(id => (Id: (long)id, Hour: (day * 24L) + (id % 10))));
            await CommitAsync(new AppendFiles(Write(day)), "append");
        }

        // Overwrite: one day by its partition, one by a filter.
        Remove(row => DayOf(row.Hour) == 1);
        Put([(100, 30), (101, 31)]);
        await CommitAsync(new ReplacePartitions(Write(1)), "replace partitions");
        Remove(row => DayOf(row.Hour) == -1);
        await CommitAsync(new OverwriteFiles { Filter = Expression.LessThan("ts", Literal.Timestamptz(0)) }, "delete files");

        // Rows deleted by position, twice of one file.
        var day0 = await LiveAsync(0);
        foreach (var positions in new[] { new[] { 0, 3, 4 }, [9] })
        {
            _ = positions.Select(position => _rows.Remove(10 + position)).Count(removed => removed);
            await CommitAsync(new RowDelta([WriteDeletes(day0.Single(), positions)], []) { Check = Now() }, "row delta");
        }

        // Another schema: the old files lack a column, and call another one by its old name.
        await CommitAsync(new MetadataChange(table => table.UpdateSchema(schema => schema.Add(null, "level", IcebergType.Int).MoveFirst("level"))), "add a column");
        Put([(200, 50), (201, 51)], level: 7);
        await CommitAsync(new AppendFiles(Write(2, firstId: 200)), "append with the new column");
        await CommitAsync(new MetadataChange(table => table.UpdateSchema(schema => schema.Rename("name", "title").Promote("level", IcebergType.Long))), "rename and promote");

        // Another partitioning, beside the files of the old one.
        await CommitAsync(
            new MetadataChange(table => table.UpdatePartitionSpec(spec => spec.Remove("ts_day").Add("ts", Transform.Month).Add("id", Transform.Bucket(1)))), "partition spec");
        Put([(300, 60), (301, 61)], level: long.MaxValue);
        await CommitAsync(new AppendFiles(Write(2, firstId: 300)), "append by the new spec");

        // Compaction of everything there is, deletes applied.
        var all = await LiveAsync();
        await CommitAsync(
            new RewriteFiles(_table.Metadata.CurrentSnapshotId!.Value) { Removed = all, Added = Write(from: 0, firstId: 0) }, "rewrite");
        Assert.Equal(("1", "0"), (Summary("total-data-files"), Summary("total-delete-files")));
        await CommitAsync(new MetadataChange(table => table.WithoutExpired(long.MaxValue, maxSnapshotAgeMs: 0)), "expiry");
        Assert.Single(_table.Metadata.Snapshots);
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    private async Task CommitAsync(TableChange change, string what)
    {
        var staged = await _committer.StageAsync(_table, [change], default);
        _table = new CatalogTable(_table.Identifier, staged.NewLocation, staged.Metadata);
        var output = await NodeScript.RunAsync("icebird.js", "", _folder.FullPath, _stores.Resolve(_table.MetadataLocation).Key);
        var names = _table.Metadata.CurrentSchema;
        var read = JsonNode.Parse(output)!.AsArray()
            .Select(row => Text(
                Number(row!["id"])!.Value, (string)row["ts"]!, (string?)row[names.FindName(3)!], names.FindName(4) is { } level ? Number(row[level]) : null))
            .Order(StringComparer.Ordinal);
        var expected = _rows.Select(row => Text(
                row.Key, DateTimeOffset.UnixEpoch.AddHours(row.Value.Hour).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture), row.Value.Name, row.Value.Level))
            .Order(StringComparer.Ordinal);
        Assert.True(expected.SequenceEqual(read), $"after {what}:\n{string.Join("\n", expected.Except(read).Take(3))}\nbut icebird has\n{string.Join("\n", read.Except(expected).Take(3))}");
    }

    private static string Text(long id, string time, string? name, long? level) => JsonSerializer.Serialize(new object?[] { id, time, name, level });

    /// <summary>icebird gives some 64-bit integers as text.</summary>
    private static long? Number(JsonNode? value) => value is null ? null : long.Parse(value.ToString(), CultureInfo.InvariantCulture);

    private string Summary(string key) => _table.Metadata.CurrentSnapshot!.Summary[key];

    private ConflictCheck Now() => new() { FromSnapshotId = _table.Metadata.CurrentSnapshotId };

    private static long DayOf(long hour) => (long)Math.Floor(hour / 24.0);

    private void Put(IEnumerable<(long Id, long Hour)> rows, long? level = null)
    {
        foreach (var (id, hour) in rows)
        {
            _rows.Add(id, (hour, id % 4 == 0 ? null : $"row {id} ü😀", level));
        }
    }

    private void Remove(Func<(long Hour, string? Name, long? Level), bool> condition)
    {
        foreach (var id in _rows.Where(row => condition(row.Value)).Select(row => row.Key).ToList())
        {
            _rows.Remove(id);
        }
    }

    private async Task<ImmutableArray<DataFile>> LiveAsync(int? day = null)
    {
        var plan = await new Iceberg.Scan.ScanPlanner(new ManifestCache(_stores, 1 << 20)).PlanAsync(Iceberg.Scan.TableScan.Of(_table.Metadata), default);
        return [.. plan.Tasks.Select(task => task.File).Where(file => day is not { } wanted || file.Partition[0]?.AsInt == wanted)];
    }

    /// <summary>The rows of one day, or of all days from one on, as a file of the table as it is now.</summary>
    private ImmutableArray<DataFile> Write(int? day = null, long firstId = 0, int from = int.MinValue)
    {
        var rows = _rows.Where(row => row.Key >= firstId && (day is { } wanted ? DayOf(row.Value.Hour) == wanted : DayOf(row.Value.Hour) >= from)).ToList();
        var schema = _table.Metadata.CurrentSchema;
        var values = string.Join(", ", rows.Select(row => string.Create(
            CultureInfo.InvariantCulture,
            $"({row.Key}, {row.Value.Hour}, {(row.Value.Name is { } name ? DuckDBSql.QuoteLiteral(name) : "NULL")}, {(row.Value.Level is { } level ? level : "NULL")})")));
        var level = schema.FindField(4)?.Type is { } type ? $", level::{(type is LongType ? "BIGINT" : "INTEGER")} AS level" : "";
        var (location, length) = Copy(
            $"SELECT id::BIGINT AS id, make_timestamptz(hour * 3600000000) AS ts, name::VARCHAR AS {schema.FindName(3)}{level} FROM (VALUES {values}) AS rows(id, hour, name, level)",
            $"id: 1, ts: 2, {schema.FindName(3)}: 3" + (level.Length > 0 ? ", level: 4" : ""));
        var partition = new PartitionData(
        [
            .. _table.Metadata.DefaultSpec.Fields.Select(field => field.Transform.Apply(
                field.SourceId == 1 ? Literal.Long(rows[0].Key) : (Literal?)Literal.Timestamptz(rows[0].Value.Hour * 3_600_000_000))),
        ]);
        return
        [
            new DataFile
            {
                FilePath = location,
                FileFormat = DataFile.Parquet,
                SpecId = _table.Metadata.DefaultSpecId,
                Partition = partition,
                RecordCount = rows.Count,
                FileSizeInBytes = length,
                NullValueCounts = FieldIdMap<long>.Create([new(2, 0)]),
                LowerBounds = BoundOf(rows.Min(row => row.Value.Hour)),
                UpperBounds = BoundOf(rows.Max(row => row.Value.Hour)),
            },
        ];
    }

    private static FieldIdMap<ReadOnlyMemory<byte>> BoundOf(long hour) =>
        FieldIdMap<ReadOnlyMemory<byte>>.Create([new(2, BitConverter.GetBytes(hour * 3_600_000_000))]);

    private DataFile WriteDeletes(DataFile file, int[] positions)
    {
        var (location, length) = Copy(
            $"SELECT {DuckDBSql.QuoteLiteral(file.FilePath)} AS file_path, unnest([{string.Join(", ", positions)}])::BIGINT AS pos", "file_path: 2147483546, pos: 2147483545");
        return new DataFile
        {
            Content = FileContent.PositionDeletes,
            FilePath = location,
            FileFormat = DataFile.Parquet,
            SpecId = file.SpecId,
            Partition = file.Partition,
            RecordCount = positions.Length,
            FileSizeInBytes = length,
            ReferencedDataFile = file.FilePath,
        };
    }

    private (string Location, long Length) Copy(string select, string fieldIds)
    {
        var local = _folder.File($"file-{_files}.parquet");
        using (var connection = _database.Connect())
        {
            connection.Execute($"COPY ({select}) TO {DuckDBSql.QuoteLiteral(local)} (FORMAT parquet, COMPRESSION zstd, FIELD_IDS {{{fieldIds}}}, "
                + $"KV_METADATA {{'iceberg.schema': {DuckDBSql.QuoteLiteral(SchemaJson.ToJson(_table.Metadata.CurrentSchema))}}})");
        }

        var location = $"{_table.Metadata.Location}/data/{_files++}.parquet";
        var target = _stores.Resolve(location);
        var written = target.Store.PutFileAsync(target.Key, local, WriteCondition.IfAbsent, default).GetAwaiter().GetResult();
        return (location, written.Length);
    }
}
