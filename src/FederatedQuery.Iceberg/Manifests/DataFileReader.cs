using System.Collections.Immutable;
using FederatedQuery.Iceberg.Avro;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Manifests;

/// <summary>Reads the <c>data_file</c> structs of one manifest. How the writer's partition record maps to the spec's tuple is worked out once. For one thread.</summary>
internal sealed class DataFileReader
{
    private readonly AvroRecordSchema _schema;
    private readonly int _specId;
    private readonly PartitionSpec _spec;
    private readonly StructType _partitionType;

    // By position in the writer's partition record: the position in the tuple, or -1.
    private readonly int[] _partitionPositions;
    private readonly MetricMapReader _metrics = new();

    public DataFileReader(AvroSchema schema, PartitionSpec spec, StructType partitionType)
    {
        _schema = RecordOf(schema) ?? throw AvroFields.WrongType("data_file", "record", schema);
        _specId = spec.SpecId;
        _spec = spec;
        _partitionType = partitionType;
        var written = _schema.Fields.FirstOrDefault(field => ManifestFieldIds.OfDataFile(field) == ManifestFieldIds.Partition)?.Schema;
        _partitionPositions = RecordOf(written) is { } record ? MapPartition(record) : [];
    }

    public DataFile Read(ref AvroReader reader)
    {
        var file = new Builder();
        foreach (var field in _schema.Fields)
        {
            ReadField(ref reader, field, ref file);
        }

        var partition = file.Partition ?? (_partitionType.Fields.IsEmpty ? PartitionData.Empty : throw AvroFields.Null("partition"));
        return new DataFile
        {
            Content = file.Content is >= 0 and <= 2
                ? (FileContent)file.Content
                : throw new IcebergException(IcebergErrorKind.InvalidFile, $"The field 'content' of a data file is {file.Content}; 0, 1 and 2 are known."),
            FilePath = file.FilePath ?? throw AvroFields.Null("file_path"),
            FileFormat = FormatName(file.FileFormat ?? throw AvroFields.Null("file_format")),
            SpecId = _specId,
            Partition = partition,
            RecordCount = NotNegative(file.RecordCount, "record_count"),
            FileSizeInBytes = NotNegative(file.FileSizeInBytes, "file_size_in_bytes"),
            ColumnSizes = file.ColumnSizes,
            ValueCounts = file.ValueCounts,
            NullValueCounts = file.NullValueCounts,
            NaNValueCounts = file.NaNValueCounts,
            LowerBounds = file.LowerBounds,
            UpperBounds = file.UpperBounds,
            KeyMetadata = file.KeyMetadata,
            SplitOffsets = file.SplitOffsets,
            EqualityIds = file.EqualityIds.IsEmpty ? [] : [.. file.EqualityIds.Select(id => checked((int)id))],
            SortOrderId = file.SortOrderId,
            FirstRowId = file.FirstRowId,
            ReferencedDataFile = file.ReferencedDataFile,
            ContentOffset = file.ContentOffset,
            ContentSizeInBytes = file.ContentSizeInBytes,
        };
    }

    private void ReadField(ref AvroReader reader, AvroField field, ref Builder file)
    {
        var schema = field.Schema;
        var name = field.Name;
        switch (ManifestFieldIds.OfDataFile(field))
        {
            case ManifestFieldIds.Content:
                file.Content = AvroFields.ReadInt(ref reader, schema, name) ?? 0;
                break;
            case ManifestFieldIds.FilePath:
                file.FilePath = AvroFields.ReadString(ref reader, schema, name);
                break;
            case ManifestFieldIds.FileFormat:
                file.FileFormat = AvroFields.ReadString(ref reader, schema, name);
                break;
            case ManifestFieldIds.Partition:
                file.Partition = ReadPartition(ref reader, schema);
                break;
            case ManifestFieldIds.RecordCount:
                file.RecordCount = AvroFields.ReadLong(ref reader, schema, name);
                break;
            case ManifestFieldIds.FileSizeInBytes:
                file.FileSizeInBytes = AvroFields.ReadLong(ref reader, schema, name);
                break;
            case ManifestFieldIds.ColumnSizes:
                file.ColumnSizes = _metrics.ReadLongs(ref reader, schema, name);
                break;
            case ManifestFieldIds.ValueCounts:
                file.ValueCounts = _metrics.ReadLongs(ref reader, schema, name);
                break;
            case ManifestFieldIds.NullValueCounts:
                file.NullValueCounts = _metrics.ReadLongs(ref reader, schema, name);
                break;
            case ManifestFieldIds.NaNValueCounts:
                file.NaNValueCounts = _metrics.ReadLongs(ref reader, schema, name);
                break;
            case ManifestFieldIds.LowerBounds:
                file.LowerBounds = _metrics.ReadBytes(ref reader, schema, name);
                break;
            case ManifestFieldIds.UpperBounds:
                file.UpperBounds = _metrics.ReadBytes(ref reader, schema, name);
                break;
            case ManifestFieldIds.KeyMetadata:
                file.KeyMetadata = AvroFields.ReadBytes(ref reader, schema, name);
                break;
            case ManifestFieldIds.SplitOffsets:
                file.SplitOffsets = AvroFields.ReadLongList(ref reader, schema, name);
                break;
            case ManifestFieldIds.EqualityIds:
                file.EqualityIds = AvroFields.ReadLongList(ref reader, schema, name);
                break;
            case ManifestFieldIds.SortOrderId:
                file.SortOrderId = AvroFields.ReadInt(ref reader, schema, name);
                break;
            case ManifestFieldIds.FirstRowId:
                file.FirstRowId = AvroFields.ReadLong(ref reader, schema, name);
                break;
            case ManifestFieldIds.ReferencedDataFile:
                file.ReferencedDataFile = AvroFields.ReadString(ref reader, schema, name);
                break;
            case ManifestFieldIds.ContentOffset:
                file.ContentOffset = AvroFields.ReadLong(ref reader, schema, name);
                break;
            case ManifestFieldIds.ContentSizeInBytes:
                file.ContentSizeInBytes = AvroFields.ReadLong(ref reader, schema, name);
                break;
            default:
                reader.Skip(schema);
                break;
        }
    }

    private PartitionData? ReadPartition(ref AvroReader reader, AvroSchema schema)
    {
        if (!AvroFields.Enter(ref reader, ref schema))
        {
            return null;
        }

        var record = schema as AvroRecordSchema ?? throw AvroFields.WrongType("partition", "record", schema);
        var values = new Literal?[_partitionType.Fields.Length];
        for (var i = 0; i < record.Fields.Length; i++)
        {
            var position = i < _partitionPositions.Length ? _partitionPositions[i] : -1;
            if (position < 0)
            {
                reader.Skip(record.Fields[i].Schema);
            }
            else
            {
                // A transform that is not known has values of a type that is not known; they are kept as written.
                var type = _spec.Fields[position].Transform is UnknownTransform ? IcebergType.Unknown : _partitionType.Fields[position].Type;
                values[position] = PartitionValueCodec.Read(ref reader, record.Fields[i].Schema, type, record.Fields[i].Name);
            }
        }

        return new PartitionData(ImmutableArray.Create(values));
    }

    /// <summary>By field id; where ids are missing or are not the spec's (v1), by name, and where all names differ, by position.</summary>
    private int[] MapPartition(AvroRecordSchema record)
    {
        var fields = _partitionType.Fields;
        var positions = new int[record.Fields.Length];
        for (var i = 0; i < positions.Length; i++)
        {
            var written = record.Fields[i];
            positions[i] = IndexOf(fields, field => field.Id == written.FieldId);
            if (positions[i] < 0)
            {
                positions[i] = IndexOf(fields, field => field.Name == written.Name);
            }
        }

        return positions.All(position => position < 0) && positions.Length == fields.Length
            ? [.. Enumerable.Range(0, positions.Length)]
            : positions;
    }

    /// <summary>Some writers make required structs optional.</summary>
    private static AvroRecordSchema? RecordOf(AvroSchema? schema) => schema switch
    {
        AvroUnionSchema union => union.Branches.OfType<AvroRecordSchema>().SingleOrDefault(),
        _ => schema as AvroRecordSchema,
    };

    private static int IndexOf(ImmutableArray<NestedField> fields, Predicate<NestedField> predicate)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            if (predicate(fields[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>In lower case; the usual one is the same object in all files.</summary>
    private static string FormatName(string format) =>
        format.Equals(DataFile.Parquet, StringComparison.OrdinalIgnoreCase) ? DataFile.Parquet : format.ToLowerInvariant();

    private static long NotNegative(long? value, string field) => value switch
    {
        null => throw AvroFields.Null(field),
        < 0 => throw new IcebergException(IcebergErrorKind.InvalidFile, $"The field '{field}' of a data file is {value}; it cannot be negative."),
        _ => value.Value,
    };

    /// <summary>The fields as they come; a writer may leave any of them out.</summary>
    private struct Builder
    {
        public Builder()
        {
        }

        public int Content { get; set; }

        public string? FilePath { get; set; }

        public string? FileFormat { get; set; }

        public PartitionData? Partition { get; set; }

        public long? RecordCount { get; set; }

        public long? FileSizeInBytes { get; set; }

        public FieldIdMap<long>? ColumnSizes { get; set; }

        public FieldIdMap<long>? ValueCounts { get; set; }

        public FieldIdMap<long>? NullValueCounts { get; set; }

        public FieldIdMap<long>? NaNValueCounts { get; set; }

        public FieldIdMap<ReadOnlyMemory<byte>>? LowerBounds { get; set; }

        public FieldIdMap<ReadOnlyMemory<byte>>? UpperBounds { get; set; }

        public ReadOnlyMemory<byte>? KeyMetadata { get; set; }

        public ImmutableArray<long> SplitOffsets { get; set; } = [];

        public ImmutableArray<long> EqualityIds { get; set; } = [];

        public int? SortOrderId { get; set; }

        public long? FirstRowId { get; set; }

        public string? ReferencedDataFile { get; set; }

        public long? ContentOffset { get; set; }

        public long? ContentSizeInBytes { get; set; }
    }
}
