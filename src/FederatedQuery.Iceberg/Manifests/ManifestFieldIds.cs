using System.Collections.Frozen;
using FederatedQuery.Iceberg.Avro;

namespace FederatedQuery.Iceberg.Manifests;

/// <summary>
/// The field ids of manifests and manifest lists (spec: Manifests, Manifest Lists). Fields are found by id, because names have changed over
/// the years; a file whose writer left the ids out is read by name.
/// </summary>
internal static class ManifestFieldIds
{
    public const int Status = 0;
    public const int SnapshotId = 1;
    public const int DataFile = 2;
    public const int SequenceNumber = 3;
    public const int FileSequenceNumber = 4;

    public const int FilePath = 100;
    public const int FileFormat = 101;
    public const int Partition = 102;
    public const int RecordCount = 103;
    public const int FileSizeInBytes = 104;
    public const int ColumnSizes = 108;
    public const int ValueCounts = 109;
    public const int NullValueCounts = 110;
    public const int LowerBounds = 125;
    public const int UpperBounds = 128;
    public const int KeyMetadata = 131;
    public const int SplitOffsets = 132;
    public const int Content = 134;
    public const int EqualityIds = 135;
    public const int NaNValueCounts = 137;
    public const int SortOrderId = 140;
    public const int FirstRowId = 142;
    public const int ReferencedDataFile = 143;
    public const int ContentOffset = 144;
    public const int ContentSizeInBytes = 145;

    public const int ManifestPath = 500;
    public const int ManifestLength = 501;
    public const int PartitionSpecId = 502;
    public const int AddedSnapshotId = 503;
    public const int AddedFilesCount = 504;
    public const int ExistingFilesCount = 505;
    public const int DeletedFilesCount = 506;
    public const int Partitions = 507;
    public const int ContainsNull = 509;
    public const int LowerBound = 510;
    public const int UpperBound = 511;
    public const int AddedRowsCount = 512;
    public const int ExistingRowsCount = 513;
    public const int DeletedRowsCount = 514;
    public const int ManifestSequenceNumber = 515;
    public const int MinSequenceNumber = 516;
    public const int ManifestContent = 517;
    public const int ContainsNaN = 518;
    public const int ManifestKeyMetadata = 519;
    public const int ManifestFirstRowId = 520;

    private static readonly FrozenDictionary<string, int> EntryNames = new Dictionary<string, int>
    {
        ["status"] = Status,
        ["snapshot_id"] = SnapshotId,
        ["data_file"] = DataFile,
        ["sequence_number"] = SequenceNumber,
        ["file_sequence_number"] = FileSequenceNumber,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, int> DataFileNames = new Dictionary<string, int>
    {
        ["content"] = Content,
        ["file_path"] = FilePath,
        ["file_format"] = FileFormat,
        ["partition"] = Partition,
        ["record_count"] = RecordCount,
        ["file_size_in_bytes"] = FileSizeInBytes,
        ["column_sizes"] = ColumnSizes,
        ["value_counts"] = ValueCounts,
        ["null_value_counts"] = NullValueCounts,
        ["nan_value_counts"] = NaNValueCounts,
        ["lower_bounds"] = LowerBounds,
        ["upper_bounds"] = UpperBounds,
        ["key_metadata"] = KeyMetadata,
        ["split_offsets"] = SplitOffsets,
        ["equality_ids"] = EqualityIds,
        ["sort_order_id"] = SortOrderId,
        ["first_row_id"] = FirstRowId,
        ["referenced_data_file"] = ReferencedDataFile,
        ["content_offset"] = ContentOffset,
        ["content_size_in_bytes"] = ContentSizeInBytes,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, int> ManifestNames = new Dictionary<string, int>
    {
        ["manifest_path"] = ManifestPath,
        ["manifest_length"] = ManifestLength,
        ["partition_spec_id"] = PartitionSpecId,
        ["content"] = ManifestContent,
        ["sequence_number"] = ManifestSequenceNumber,
        ["min_sequence_number"] = MinSequenceNumber,
        ["added_snapshot_id"] = AddedSnapshotId,
        ["added_files_count"] = AddedFilesCount,
        ["added_data_files_count"] = AddedFilesCount,
        ["existing_files_count"] = ExistingFilesCount,
        ["existing_data_files_count"] = ExistingFilesCount,
        ["deleted_files_count"] = DeletedFilesCount,
        ["deleted_data_files_count"] = DeletedFilesCount,
        ["added_rows_count"] = AddedRowsCount,
        ["existing_rows_count"] = ExistingRowsCount,
        ["deleted_rows_count"] = DeletedRowsCount,
        ["partitions"] = Partitions,
        ["key_metadata"] = ManifestKeyMetadata,
        ["first_row_id"] = ManifestFirstRowId,
        ["contains_null"] = ContainsNull,
        ["contains_nan"] = ContainsNaN,
        ["lower_bound"] = LowerBound,
        ["upper_bound"] = UpperBound,
    }.ToFrozenDictionary();

    public static int? OfEntry(AvroField field) => IdOf(field, EntryNames);

    public static int? OfDataFile(AvroField field) => IdOf(field, DataFileNames);

    public static int? OfManifest(AvroField field) => IdOf(field, ManifestNames);

    private static int? IdOf(AvroField field, FrozenDictionary<string, int> names) =>
        field.FieldId ?? (names.TryGetValue(field.Name, out var id) ? id : null);
}
