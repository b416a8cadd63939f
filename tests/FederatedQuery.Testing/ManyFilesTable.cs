using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Testing;

/// <summary>
/// The metadata of a table with many data files, written by our own writers; the data files themselves do not exist. One manifest a day, from
/// <see cref="FirstDay"/> on, its files one after another in time, with bounds of twelve columns.
/// </summary>
public static class ManyFilesTable
{
    private const long CivilDay = 86_400_000_000;

    public static readonly DateOnly FirstDay = new(2024, 1, 1);

    public static readonly Schema Schema = new(
        0,
        NestedField.RequiredField(1, "ts", IcebergType.Timestamptz),
        NestedField.RequiredField(2, "workflow_name", IcebergType.String),
        NestedField.OptionalField(3, "node", IcebergType.String),
        NestedField.OptionalField(4, "level", IcebergType.String),
        NestedField.OptionalField(5, "duration", IcebergType.Double),
        NestedField.OptionalField(6, "bytes", IcebergType.Long),
        NestedField.OptionalField(7, "status", IcebergType.Int),
        NestedField.OptionalField(8, "amount", IcebergType.Decimal(18, 2)),
        NestedField.OptionalField(9, "user_id", IcebergType.Long),
        NestedField.OptionalField(10, "trace_id", IcebergType.String),
        NestedField.OptionalField(11, "started", IcebergType.Date),
        NestedField.OptionalField(12, "message", IcebergType.String));

    public static readonly PartitionSpec ByDay = new(0, new PartitionField(1, 1000, "ts_day", Transform.Day));

    /// <summary>The rows of one day.</summary>
    public static Iceberg.Expressions.Expression OfDay(int day) => Iceberg.Expressions.Expression.And(
        Iceberg.Expressions.Expression.GreaterThanOrEqual("ts", Start(day)), Iceberg.Expressions.Expression.LessThan("ts", Start(day + 1)));

    /// <param name="stores">Where the metadata is written.</param>
    /// <param name="location">Of the table, in one of them.</param>
    /// <param name="spec"><see cref="ByDay"/>, or unpartitioned: then bounds alone tell files apart.</param>
    /// <param name="days">Manifests.</param>
    /// <param name="filesPerDay">Files in each.</param>
    public static async Task<TableMetadata> WriteAsync(
        ObjectStoreRegistry stores, string location, PartitionSpec spec, int days, int filesPerDay, CancellationToken cancellationToken)
    {
        const long SnapshotId = 1;
        var table = TableMetadataChanges.Create(
            Guid.NewGuid(), location, Schema, spec, SortOrder.Unsorted, [], new DateTimeOffset(FirstDay, default, default).ToUnixTimeMilliseconds());
        var manifests = new ManifestFile[days];
        await Parallel.ForAsync(0, days, cancellationToken, async (day, token) =>
        {
            var writer = new ManifestWriter(table.CurrentSchema, table.DefaultSpec, table.PartitionType(table.DefaultSpec), ManifestContent.Data);
            for (var file = 0; file < filesPerDay; file++)
            {
                writer.Add(FileOf(table, day, file, filesPerDay));
            }

            var (content, manifest) = writer.Finish(string.Create(CultureInfo.InvariantCulture, $"{location}/metadata/day-{day}.avro"), SnapshotId, 1);
            await PutAsync(stores, manifest.ManifestPath, content, token);
            manifests[day] = manifest;
        });
        var list = $"{location}/metadata/snap-1.avro";
        await PutAsync(stores, list, ManifestListWriter.Write(manifests, SnapshotId, null, 1), cancellationToken);
        var files = (long)days * filesPerDay;
        var snapshot = new Snapshot
        {
            SnapshotId = SnapshotId,
            SequenceNumber = 1,
            TimestampMs = table.LastUpdatedMs,
            ManifestList = list,
            Summary = ImmutableDictionary<string, string>.Empty
                .Add("operation", "append")
                .Add("total-data-files", files.ToString(CultureInfo.InvariantCulture)),
            SchemaId = table.CurrentSchemaId,
        };
        return table.WithSnapshot(snapshot).WithRef(SnapshotRef.MainBranch, SnapshotRef.Branch(SnapshotId), table.LastUpdatedMs);
    }

    private static async Task PutAsync(ObjectStoreRegistry stores, string location, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var target = stores.Resolve(location);
        await target.Store.PutAsync(target.Key, content, WriteCondition.None, cancellationToken);
    }

    private static DataFile FileOf(TableMetadata table, int day, int file, int filesPerDay)
    {
        const int Rows = 20_000;
        var date = FirstDay.AddDays(day).DayNumber - new DateOnly(1970, 1, 1).DayNumber;
        var number = ((long)day * filesPerDay) + file;
        var slot = CivilDay / filesPerDay;
        var counts = Map(Schema.Fields, field => (long)Rows);
        var (lower, upper) = (Bounds(date, number, file * slot, 0), Bounds(date, number, ((file + 1) * slot) - 1, 1));
        return new DataFile
        {
            FilePath = string.Create(
                CultureInfo.InvariantCulture, $"{table.Location}/data/ts_day={FirstDay.AddDays(day):yyyy-MM-dd}/00000-{file}-0193b1d6-5a7e-7cc1-9d2e-{number:x12}.parquet"),
            FileFormat = DataFile.Parquet,
            SpecId = table.DefaultSpecId,
            Partition = table.DefaultSpec.IsUnpartitioned ? PartitionData.Empty : new PartitionData(Literal.Date(date)),
            RecordCount = Rows,
            FileSizeInBytes = 1_500_000 + number,
            ColumnSizes = Map(Schema.Fields, field => 100_000L + (field.Id * 1000)),
            ValueCounts = counts,
            NullValueCounts = Map(Schema.Fields, field => field.Id % 3 == 0 ? 7L : 0),
            LowerBounds = Map(Schema.Fields, field => (ReadOnlyMemory<byte>)lower[field.Id - 1].ToBytes()),
            UpperBounds = Map(Schema.Fields, field => (ReadOnlyMemory<byte>)upper[field.Id - 1].ToBytes()),
            SplitOffsets = [4],
        };
    }

    /// <summary>One value per column.</summary>
    private static Literal[] Bounds(int date, long number, long microsOfDay, int side) =>
    [
        Literal.Timestamptz((date * CivilDay) + microsOfDay),
        Literal.String(string.Create(CultureInfo.InvariantCulture, $"workflow-{(side == 0 ? 0 : 99):D2}")),
        Literal.String(side == 0 ? "node-a" : "node-zz"),
        Literal.String(side == 0 ? "DEBUG" : "WARN"),
        Literal.Double(side == 0 ? 0.25 : 86_000.5),
        Literal.Long((number * 1000) + (side * 999)),
        Literal.Int(side == 0 ? 100 : 599),
        Literal.Decimal(side == 0 ? -12_345 : 98_765_432, 2),
        Literal.Long(side == 0 ? 1 : 9_999_999),
        Literal.String(side == 0 ? "0001f3a9c5d7e2b4" : "fffe0c1d2a3b4c5e"),
        Literal.Date(date + side - 1),
        Literal.String(side == 0 ? "Accepted connect" : "yielded after 10~"),
    ];

    private static FieldIdMap<T> Map<T>(ImmutableArray<NestedField> fields, Func<NestedField, T> value) =>
        FieldIdMap<T>.Create(fields.Select(field => KeyValuePair.Create(field.Id, value(field))));

    private static Literal Start(int day) =>
        Literal.Timestamptz((FirstDay.AddDays(day).DayNumber - new DateOnly(1970, 1, 1).DayNumber) * CivilDay);
}
