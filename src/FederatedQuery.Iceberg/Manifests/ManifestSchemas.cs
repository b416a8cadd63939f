using FederatedQuery.Iceberg.Avro;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Manifests;

/// <summary>The schemas that manifests and manifest lists of format version 2 are written with (spec: Manifests, Manifest Lists).</summary>
internal static class ManifestSchemas
{
    public static AvroRecordSchema ManifestList { get; } = AvroSchemaConverter.ToAvro(
        new StructType(
            NestedField.RequiredField(ManifestFieldIds.ManifestPath, "manifest_path", IcebergType.String, "Location of the manifest file"),
            NestedField.RequiredField(ManifestFieldIds.ManifestLength, "manifest_length", IcebergType.Long, "Length of the manifest file in bytes"),
            NestedField.RequiredField(ManifestFieldIds.PartitionSpecId, "partition_spec_id", IcebergType.Int),
            NestedField.RequiredField(ManifestFieldIds.ManifestContent, "content", IcebergType.Int, "0: data, 1: deletes"),
            NestedField.RequiredField(ManifestFieldIds.ManifestSequenceNumber, "sequence_number", IcebergType.Long),
            NestedField.RequiredField(ManifestFieldIds.MinSequenceNumber, "min_sequence_number", IcebergType.Long),
            NestedField.RequiredField(ManifestFieldIds.AddedSnapshotId, "added_snapshot_id", IcebergType.Long),
            NestedField.RequiredField(ManifestFieldIds.AddedFilesCount, "added_files_count", IcebergType.Int),
            NestedField.RequiredField(ManifestFieldIds.ExistingFilesCount, "existing_files_count", IcebergType.Int),
            NestedField.RequiredField(ManifestFieldIds.DeletedFilesCount, "deleted_files_count", IcebergType.Int),
            NestedField.RequiredField(ManifestFieldIds.AddedRowsCount, "added_rows_count", IcebergType.Long),
            NestedField.RequiredField(ManifestFieldIds.ExistingRowsCount, "existing_rows_count", IcebergType.Long),
            NestedField.RequiredField(ManifestFieldIds.DeletedRowsCount, "deleted_rows_count", IcebergType.Long),
            NestedField.OptionalField(
                ManifestFieldIds.Partitions,
                "partitions",
                new ListType(
                    508,
                    new StructType(
                        NestedField.RequiredField(ManifestFieldIds.ContainsNull, "contains_null", IcebergType.Boolean),
                        NestedField.OptionalField(ManifestFieldIds.ContainsNaN, "contains_nan", IcebergType.Boolean),
                        NestedField.OptionalField(ManifestFieldIds.LowerBound, "lower_bound", IcebergType.Binary),
                        NestedField.OptionalField(ManifestFieldIds.UpperBound, "upper_bound", IcebergType.Binary)),
                    elementRequired: true)),
            NestedField.OptionalField(ManifestFieldIds.ManifestKeyMetadata, "key_metadata", IcebergType.Binary)),
        "manifest_file");

    /// <summary>The schema of a manifest depends on the partition spec, by the type of its tuples.</summary>
    public static AvroRecordSchema Manifest(StructType partitionType) => AvroSchemaConverter.ToAvro(
        new StructType(
            NestedField.RequiredField(ManifestFieldIds.Status, "status", IcebergType.Int, "0: EXISTING, 1: ADDED, 2: DELETED"),
            NestedField.OptionalField(ManifestFieldIds.SnapshotId, "snapshot_id", IcebergType.Long),
            NestedField.OptionalField(ManifestFieldIds.SequenceNumber, "sequence_number", IcebergType.Long),
            NestedField.OptionalField(ManifestFieldIds.FileSequenceNumber, "file_sequence_number", IcebergType.Long),
            NestedField.RequiredField(ManifestFieldIds.DataFile, "data_file", DataFile(partitionType))),
        "manifest_entry");

    private static StructType DataFile(StructType partitionType) => new(
        NestedField.RequiredField(ManifestFieldIds.Content, "content", IcebergType.Int, "0: DATA, 1: POSITION DELETES, 2: EQUALITY DELETES"),
        NestedField.RequiredField(ManifestFieldIds.FilePath, "file_path", IcebergType.String, "Full URI for the file with FS scheme"),
        NestedField.RequiredField(ManifestFieldIds.FileFormat, "file_format", IcebergType.String),
        NestedField.RequiredField(ManifestFieldIds.Partition, "partition", partitionType),
        NestedField.RequiredField(ManifestFieldIds.RecordCount, "record_count", IcebergType.Long),
        NestedField.RequiredField(ManifestFieldIds.FileSizeInBytes, "file_size_in_bytes", IcebergType.Long),
        LongMap(ManifestFieldIds.ColumnSizes, "column_sizes", 117, 118),
        LongMap(ManifestFieldIds.ValueCounts, "value_counts", 119, 120),
        LongMap(ManifestFieldIds.NullValueCounts, "null_value_counts", 121, 122),
        LongMap(ManifestFieldIds.NaNValueCounts, "nan_value_counts", 138, 139),
        BinaryMap(ManifestFieldIds.LowerBounds, "lower_bounds", 126, 127),
        BinaryMap(ManifestFieldIds.UpperBounds, "upper_bounds", 129, 130),
        NestedField.OptionalField(ManifestFieldIds.KeyMetadata, "key_metadata", IcebergType.Binary),
        NestedField.OptionalField(ManifestFieldIds.SplitOffsets, "split_offsets", new ListType(133, IcebergType.Long, elementRequired: true)),
        NestedField.OptionalField(ManifestFieldIds.EqualityIds, "equality_ids", new ListType(136, IcebergType.Int, elementRequired: true)),
        NestedField.OptionalField(ManifestFieldIds.SortOrderId, "sort_order_id", IcebergType.Int),
        NestedField.OptionalField(ManifestFieldIds.ReferencedDataFile, "referenced_data_file", IcebergType.String));

    private static NestedField LongMap(int id, string name, int keyId, int valueId) =>
        NestedField.OptionalField(id, name, new MapType(keyId, IcebergType.Int, valueId, IcebergType.Long, valueRequired: true));

    private static NestedField BinaryMap(int id, string name, int keyId, int valueId) =>
        NestedField.OptionalField(id, name, new MapType(keyId, IcebergType.Int, valueId, IcebergType.Binary, valueRequired: true));
}
