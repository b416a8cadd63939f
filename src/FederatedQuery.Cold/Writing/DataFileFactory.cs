using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Writing;

/// <summary>Makes a manifest's entry of a written file (spec: Data File Fields).</summary>
internal static class DataFileFactory
{
    public static DataFile Create(WrittenFile file, string location, TableMetadata table, PartitionData partition) => new()
    {
        FilePath = location,
        FileFormat = DataFile.Parquet,
        SpecId = table.DefaultSpecId,
        Partition = partition,
        RecordCount = file.RecordCount,
        FileSizeInBytes = file.SizeBytes,
        ColumnSizes = Map(file, column => column.SizeBytes),
        ValueCounts = Map(file, column => column.ValueCount),
        NullValueCounts = Map(file, column => column.NullCount),
        NaNValueCounts = Map(file, column => column.NanCount),
        LowerBounds = Bounds(file, column => column.Lower),
        UpperBounds = Bounds(file, column => column.Upper),
        SortOrderId = table.DefaultSortOrderId,
    };

    private static FieldIdMap<long> Map(WrittenFile file, Func<ColumnStatistics, long?> figure) =>
        FieldIdMap<long>.Create(file.Statistics
            .Where(column => figure(column.Value) is not null)
            .Select(column => KeyValuePair.Create(column.Key, figure(column.Value)!.Value)));

    private static FieldIdMap<ReadOnlyMemory<byte>> Bounds(WrittenFile file, Func<ColumnStatistics, Literal?> bound) =>
        FieldIdMap<ReadOnlyMemory<byte>>.Create(file.Statistics
            .Where(column => bound(column.Value) is not null)
            .Select(column => KeyValuePair.Create(column.Key, (ReadOnlyMemory<byte>)bound(column.Value)!.Value.ToBytes())));
}
