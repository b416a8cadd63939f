using System.Collections.Immutable;
using FederatedQuery.Iceberg.Avro;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Manifests;

/// <summary>Reads manifests of format versions 1 to 3 (spec: Manifests), whatever their writer.</summary>
public static class ManifestReader
{
    /// <param name="content">The manifest file.</param>
    /// <param name="manifest">Its line in the manifest list, which snapshot id, sequence numbers and first row id are inherited from.</param>
    /// <param name="spec">The partition spec that the line names.</param>
    /// <param name="partitionType">The type of that spec's tuples in the table; see <see cref="TableMetadata.PartitionType"/>.</param>
    /// <returns>All entries in the order of the file, deleted ones included.</returns>
    /// <exception cref="IcebergException">InvalidFile: not a manifest, or a broken one.</exception>
    public static ImmutableArray<ManifestEntry> Read(
        ReadOnlyMemory<byte> content, ManifestFile manifest, PartitionSpec spec, StructType partitionType)
    {
        try
        {
            var file = AvroFile.Open(content);
            var entries = new EntryReader(file.Schema, manifest, spec, partitionType);
            foreach (var block in file.ReadBlocks())
            {
                block.ReadAll(entries, static (ref AvroReader reader, EntryReader entries) => entries.Read(ref reader));
            }

            return entries.Entries.ToImmutable();
        }
        catch (IcebergException exception)
        {
            throw new IcebergException(exception.Kind, $"Cannot read the manifest '{manifest.ManifestPath}': {exception.Message}", exception);
        }
    }

    /// <summary>The partition spec id in a manifest's header; 0 where v1 left it out.</summary>
    internal static int PartitionSpecIdOf(ReadOnlyMemory<byte> content) =>
        int.TryParse(AvroFile.Open(content).FindText("partition-spec-id"), out var id) ? id : 0;

    private sealed class EntryReader
    {
        private readonly AvroRecordSchema _schema;
        private readonly ManifestFile _manifest;
        private readonly DataFileReader _dataFiles;
        private readonly bool _hasSequenceNumbers;
        private long? _nextRowId;

        public EntryReader(AvroSchema schema, ManifestFile manifest, PartitionSpec spec, StructType partitionType)
        {
            _schema = schema as AvroRecordSchema ?? throw AvroFields.WrongType("manifest_entry", "record", schema);
            _manifest = manifest;
            var dataFile = _schema.Fields.FirstOrDefault(field => ManifestFieldIds.OfEntry(field) == ManifestFieldIds.DataFile)?.Schema
                ?? throw new IcebergException(IcebergErrorKind.InvalidFile, $"The records '{_schema.FullName}' have no 'data_file' (field id 2).");
            _dataFiles = new DataFileReader(dataFile, spec, partitionType);
            _hasSequenceNumbers = _schema.Fields.Any(field => ManifestFieldIds.OfEntry(field) == ManifestFieldIds.SequenceNumber);
            _nextRowId = manifest.Content == ManifestContent.Data ? manifest.FirstRowId : null;
        }

        public ImmutableArray<ManifestEntry>.Builder Entries { get; } = ImmutableArray.CreateBuilder<ManifestEntry>();

        public void Read(ref AvroReader reader)
        {
            int? status = null;
            long? snapshotId = null;
            long? sequenceNumber = null;
            long? fileSequenceNumber = null;
            DataFile? file = null;
            foreach (var field in _schema.Fields)
            {
                switch (ManifestFieldIds.OfEntry(field))
                {
                    case ManifestFieldIds.Status:
                        status = AvroFields.ReadInt(ref reader, field.Schema, field.Name);
                        break;
                    case ManifestFieldIds.SnapshotId:
                        snapshotId = AvroFields.ReadLong(ref reader, field.Schema, field.Name);
                        break;
                    case ManifestFieldIds.SequenceNumber:
                        sequenceNumber = AvroFields.ReadLong(ref reader, field.Schema, field.Name);
                        break;
                    case ManifestFieldIds.FileSequenceNumber:
                        fileSequenceNumber = AvroFields.ReadLong(ref reader, field.Schema, field.Name);
                        break;
                    case ManifestFieldIds.DataFile:
                        var dataFile = field.Schema;
                        file = AvroFields.Enter(ref reader, ref dataFile) ? _dataFiles.Read(ref reader) : null;
                        break;
                    default:
                        reader.Skip(field.Schema);
                        break;
                }
            }

            if (status is not (>= 0 and <= 2))
            {
                throw new IcebergException(IcebergErrorKind.InvalidFile, $"The field 'status' of an entry is {status?.ToString() ?? "null"}; 0, 1 and 2 are known.");
            }

            Add((ManifestEntryStatus)status, snapshotId, sequenceNumber, fileSequenceNumber, file ?? throw AvroFields.Null("data_file"));
        }

        private void Add(ManifestEntryStatus status, long? snapshotId, long? sequenceNumber, long? fileSequenceNumber, DataFile file)
        {
            if (_nextRowId is { } rowId && status != ManifestEntryStatus.Deleted && file.FirstRowId is null)
            {
                file = file with { FirstRowId = rowId };
                _nextRowId = rowId + file.RecordCount;
            }

            Entries.Add(new ManifestEntry
            {
                Status = status,
                SnapshotId = snapshotId ?? _manifest.AddedSnapshotId,
                SequenceNumber = Inherit(sequenceNumber, status, file, "sequence_number"),
                FileSequenceNumber = Inherit(fileSequenceNumber, status, file, "file_sequence_number"),
                DataFile = file,
            });
        }

        /// <summary>
        /// spec: Sequence Number Inheritance. Manifests of v1 have no such column: 0. Only added files inherit, but what a table brought along
        /// from v1 stands in manifests of sequence number 0, where there is nothing to get wrong.
        /// </summary>
        private long Inherit(long? written, ManifestEntryStatus status, DataFile file, string field) => written switch
        {
            { } value => value,
            null when !_hasSequenceNumbers => 0,
            null when status != ManifestEntryStatus.Existing || _manifest.SequenceNumber == 0 || field == "file_sequence_number" => _manifest.SequenceNumber,
            _ => throw new IcebergException(
                IcebergErrorKind.InvalidFile, $"The file '{file.FilePath}' has the status EXISTING and no '{field}', which only added files may inherit."),
        };
    }
}
