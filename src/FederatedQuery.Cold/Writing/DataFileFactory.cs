using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transforms;

namespace FederatedQuery.Cold.Writing;

/// <summary>Makes a manifest's entry of a written file (spec: Data File Fields).</summary>
internal static class DataFileFactory
{
    public static DataFile Create(WrittenFile file, string location, TableMetadata table, PartitionData partition) =>
        Create(file, location, table.CurrentSchema, table.DefaultSpec, partition, table.DefaultSortOrder);

    /// <param name="sortOrder">What the file was written by; that it is sorted is said where it can be sorted by that.</param>
    public static DataFile Create(
        WrittenFile file, string location, Schema schema, PartitionSpec spec, PartitionData partition, SortOrder sortOrder) => new()
        {
            FilePath = location,
            FileFormat = DataFile.Parquet,
            SpecId = spec.SpecId,
            Partition = partition,
            RecordCount = file.RecordCount,
            FileSizeInBytes = file.SizeBytes,
            ColumnSizes = Map(file, column => column.SizeBytes),
            ValueCounts = Map(file, column => column.ValueCount),
            NullValueCounts = Map(file, column => column.NullCount),
            NaNValueCounts = Map(file, column => column.NanCount),
            LowerBounds = Bounds(file, column => column.Lower),
            UpperBounds = Bounds(file, column => column.Upper),
            SortOrderId = SortSql.Of(schema, sortOrder).IsComplete ? sortOrder.OrderId : SortOrder.Unsorted.OrderId,
        };

    /// <summary>Where a data or delete file of a partition goes: below the table property <c>write.data.path</c>, or <c>data</c> below the table's location.</summary>
    /// <param name="name">Of the file; nobody else's.</param>
    public static string LocationOf(TableMetadata table, PartitionSpec spec, PartitionData partition, string name)
    {
        var folder = spec.PartitionPath(partition);
        return $"{DataFolder(table)}/{(folder.Length == 0 ? "" : folder + "/")}{name}";
    }

    private static string DataFolder(TableMetadata table) =>
        table.Properties.TryGetValue("write.data.path", out var path) && path.Length > 0 ? path.TrimEnd('/') : $"{table.Location.TrimEnd('/')}/data";

    private static FieldIdMap<long> Map(WrittenFile file, Func<ColumnStatistics, long?> figure) =>
        FieldIdMap<long>.Create(file.Statistics
            .Where(column => figure(column.Value) is not null)
            .Select(column => KeyValuePair.Create(column.Key, figure(column.Value)!.Value)));

    private static FieldIdMap<ReadOnlyMemory<byte>> Bounds(WrittenFile file, Func<ColumnStatistics, Literal?> bound) =>
        FieldIdMap<ReadOnlyMemory<byte>>.Create(file.Statistics
            .Where(column => bound(column.Value) is not null)
            .Select(column => KeyValuePair.Create(column.Key, (ReadOnlyMemory<byte>)bound(column.Value)!.Value.ToBytes())));
}
