using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Iceberg.Avro;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Manifests;

/// <summary>
/// Writes one manifest of format version 2 into memory (spec: Manifests). Sequence numbers and the snapshot id of added files are left to be
/// inherited (but for rewritten ones, which keep their age), so that a commit that is tried again can use the same manifest.
/// </summary>
public sealed class ManifestWriter
{
    private readonly PartitionSpec _spec;
    private readonly StructType _partitionType;
    private readonly ManifestContent _content;
    private readonly AvroFileWriter _file;
    private readonly PartitionSummaryBuilder _summaries;
    private readonly int[] _fileCounts = new int[3];
    private readonly long[] _rowCounts = new long[3];
    private long? _minSequenceNumber;

    /// <param name="schema">The table's schema at this time.</param>
    /// <param name="spec">The spec of all files that will be added.</param>
    /// <param name="partitionType">The type of the spec's tuples; see <see cref="TableMetadata.PartitionType"/>.</param>
    /// <param name="content">Data files or delete files.</param>
    public ManifestWriter(Schema schema, PartitionSpec spec, StructType partitionType, ManifestContent content)
    {
        _spec = spec;
        _partitionType = partitionType;
        _content = content;
        _summaries = new PartitionSummaryBuilder(partitionType);
        _file = new AvroFileWriter(
            ManifestSchemas.Manifest(partitionType),
            [
                new("schema", SchemaJson.ToJson(schema)),
                new("schema-id", schema.SchemaId.ToString(CultureInfo.InvariantCulture)),
                new("partition-spec", PartitionSpecJson.ToFieldListJson(spec)),
                new("partition-spec-id", spec.SpecId.ToString(CultureInfo.InvariantCulture)),
                new("format-version", "2"),
                new("content", content == ManifestContent.Data ? "data" : "deletes"),
            ],
            AvroCodec.Deflate);
    }

    /// <summary>For a spec of a table, with the current schema; where that has dropped a column of the spec, with the newest one that has it.</summary>
    public static ManifestWriter For(TableMetadata table, PartitionSpec spec, ManifestContent content)
    {
        var schema = table.Schemas.OrderByDescending(schema => schema.SchemaId).Prepend(table.CurrentSchema)
            .FirstOrDefault(schema => spec.Fields.All(field => schema.FindField(field.SourceId) is not null));
        return new ManifestWriter(schema ?? table.CurrentSchema, spec, table.PartitionType(spec), content);
    }

    /// <summary>A file that the commit adds.</summary>
    /// <param name="file">The file.</param>
    /// <param name="sequenceNumber">Its data sequence number; null: that of the commit, which it inherits.</param>
    public void Add(DataFile file, long? sequenceNumber = null) => Write(ManifestEntryStatus.Added, null, sequenceNumber, null, file);

    /// <summary>A file that was part of the table before; its history is kept.</summary>
    public void AddExisting(ManifestEntry entry) =>
        Write(ManifestEntryStatus.Existing, entry.SnapshotId, entry.SequenceNumber, entry.FileSequenceNumber, entry.DataFile);

    /// <summary>A file that the commit removes.</summary>
    /// <param name="entry">The file as it was.</param>
    /// <param name="snapshotId">The snapshot that removes it.</param>
    public void Delete(ManifestEntry entry, long snapshotId) =>
        Write(ManifestEntryStatus.Deleted, snapshotId, entry.SequenceNumber, entry.FileSequenceNumber, entry.DataFile);

    /// <summary>The file's bytes, and its line for the manifest list; <paramref name="sequenceNumber"/> is that of the commit.</summary>
    public (ReadOnlyMemory<byte> Content, ManifestFile Manifest) Finish(string location, long snapshotId, long sequenceNumber)
    {
        var content = _file.Finish();
        var manifest = new ManifestFile
        {
            ManifestPath = location,
            ManifestLength = content.Length,
            PartitionSpecId = _spec.SpecId,
            Content = _content,
            SequenceNumber = sequenceNumber,
            MinSequenceNumber = Math.Min(_minSequenceNumber ?? sequenceNumber, sequenceNumber),
            AddedSnapshotId = snapshotId,
            AddedFilesCount = _fileCounts[(int)ManifestEntryStatus.Added],
            ExistingFilesCount = _fileCounts[(int)ManifestEntryStatus.Existing],
            DeletedFilesCount = _fileCounts[(int)ManifestEntryStatus.Deleted],
            AddedRowsCount = _rowCounts[(int)ManifestEntryStatus.Added],
            ExistingRowsCount = _rowCounts[(int)ManifestEntryStatus.Existing],
            DeletedRowsCount = _rowCounts[(int)ManifestEntryStatus.Deleted],
            Partitions = _summaries.Build(),
        };
        return (content, manifest);
    }

    private void Write(ManifestEntryStatus status, long? snapshotId, long? sequenceNumber, long? fileSequenceNumber, DataFile file)
    {
        Check(file);
        _file.Append((Writer: this, status, snapshotId, sequenceNumber, fileSequenceNumber, file), static (avro, entry) =>
        {
            avro.WriteInt((int)entry.status);
            WriteOptional(avro, entry.snapshotId);
            WriteOptional(avro, entry.sequenceNumber);
            WriteOptional(avro, entry.fileSequenceNumber);
            entry.Writer.WriteDataFile(avro, entry.file);
        });
        _fileCounts[(int)status]++;
        _rowCounts[(int)status] += file.RecordCount;
        _summaries.Add(file.Partition);
        if (status != ManifestEntryStatus.Deleted && sequenceNumber is { } number)
        {
            _minSequenceNumber = Math.Min(_minSequenceNumber ?? number, number);
        }
    }

    private void Check(DataFile file)
    {
        var problem = file switch
        {
            _ when file.SpecId != _spec.SpecId => $"it belongs to partition spec {file.SpecId}, the manifest to {_spec.SpecId}",
            _ when file.Partition.Values.Length != _partitionType.Fields.Length =>
                $"its partition tuple has {file.Partition.Values.Length} values, the spec {_partitionType.Fields.Length} fields",
            _ when file.Content == FileContent.Data != (_content == ManifestContent.Data) => $"it holds {file.Content}, the manifest lists {_content}",
            { Content: FileContent.EqualityDeletes, EqualityIds.IsEmpty: true } => "equality deletes need the field ids that rows are compared by",
            { IsDeletionVector: true } => "deletion vectors are part of format version 3, and version 2 is written",
            { RecordCount: < 0 } or { FileSizeInBytes: < 0 } => "a count or size is negative",
            _ => WrongPartitionValue(file.Partition),
        };
        if (problem is not null)
        {
            throw IcebergException.InvalidMetadata($"Cannot add '{file.FilePath}' to a manifest: {problem}.");
        }
    }

    private string? WrongPartitionValue(PartitionData partition)
    {
        for (var i = 0; i < partition.Values.Length; i++)
        {
            if (partition[i] is { } value && !value.IsOf(_partitionType.Fields[i].Type))
            {
                return $"its partition value '{_partitionType.Fields[i].Name}' is {value} of kind {value.TypeId}, not of type {_partitionType.Fields[i].Type}";
            }
        }

        return null;
    }

    /// <summary>In the order of <see cref="ManifestSchemas"/>.</summary>
    private void WriteDataFile(AvroWriter avro, DataFile file)
    {
        avro.WriteInt((int)file.Content);
        avro.WriteString(file.FilePath);
        avro.WriteString(file.FileFormat.ToUpperInvariant());
        for (var i = 0; i < _partitionType.Fields.Length; i++)
        {
            WritePartitionValue(avro, file.Partition[i], (PrimitiveType)_partitionType.Fields[i].Type);
        }

        avro.WriteLong(file.RecordCount);
        avro.WriteLong(file.FileSizeInBytes);
        WriteOptional(avro, file.ColumnSizes, static (writer, value) => writer.WriteLong(value));
        WriteOptional(avro, file.ValueCounts, static (writer, value) => writer.WriteLong(value));
        WriteOptional(avro, file.NullValueCounts, static (writer, value) => writer.WriteLong(value));
        WriteOptional(avro, file.NaNValueCounts, static (writer, value) => writer.WriteLong(value));
        WriteOptional(avro, file.LowerBounds, static (writer, value) => writer.WriteBytes(value.Span));
        WriteOptional(avro, file.UpperBounds, static (writer, value) => writer.WriteBytes(value.Span));
        WriteOptional(avro, file.KeyMetadata);
        WriteOptional(avro, file.SplitOffsets, static (writer, value) => writer.WriteLong(value));
        WriteOptional(avro, file.EqualityIds, static (writer, value) => writer.WriteInt(value));
        WriteOptional(avro, file.SortOrderId);
        avro.WriteBranch(file.ReferencedDataFile is null ? 0 : 1);
        if (file.ReferencedDataFile is not null)
        {
            avro.WriteString(file.ReferencedDataFile);
        }
    }

    private static void WritePartitionValue(AvroWriter avro, Literal? value, PrimitiveType type)
    {
        if (type is UnknownType)
        {
            return;
        }

        avro.WriteBranch(value is null ? 0 : 1);
        if (value is { } present)
        {
            PartitionValueCodec.Write(avro, present, type);
        }
    }

    private static void WriteOptional(AvroWriter avro, long? value)
    {
        avro.WriteBranch(value is null ? 0 : 1);
        if (value is { } present)
        {
            avro.WriteLong(present);
        }
    }

    internal static void WriteOptional(AvroWriter avro, ReadOnlyMemory<byte>? value)
    {
        avro.WriteBranch(value is null ? 0 : 1);
        if (value is { } present)
        {
            avro.WriteBytes(present.Span);
        }
    }

    private static void WriteOptional<T>(AvroWriter avro, FieldIdMap<T>? map, Action<AvroWriter, T> write)
    {
        avro.WriteBranch(map is null ? 0 : 1);
        if (map is null)
        {
            return;
        }

        if (map.Count > 0)
        {
            avro.WriteBlockCount(map.Count);
            foreach (var (id, value) in map)
            {
                avro.WriteInt(id);
                write(avro, value);
            }
        }

        avro.WriteBlockCount(0);
    }

    private static void WriteOptional<T>(AvroWriter avro, ImmutableArray<T> items, Action<AvroWriter, T> write)
    {
        avro.WriteBranch(items.IsEmpty ? 0 : 1);
        if (items.IsEmpty)
        {
            return;
        }

        avro.WriteBlockCount(items.Length);
        foreach (var item in items)
        {
            write(avro, item);
        }

        avro.WriteBlockCount(0);
    }
}
