using System.Collections.Immutable;
using FederatedQuery.Iceberg.Avro;
using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Iceberg.Manifests;

/// <summary>Reads manifest lists of format versions 1 to 3 (spec: Manifest Lists).</summary>
public static class ManifestListReader
{
    /// <param name="content">The manifest list file.</param>
    /// <param name="location">For messages.</param>
    /// <exception cref="IcebergException">InvalidFile: not a manifest list, or a broken one.</exception>
    public static ImmutableArray<ManifestFile> Read(ReadOnlyMemory<byte> content, string location)
    {
        try
        {
            var file = AvroFile.Open(content);
            var schema = file.Schema as AvroRecordSchema ?? throw AvroFields.WrongType("manifest_file", "record", file.Schema);
            var manifests = ImmutableArray.CreateBuilder<ManifestFile>();
            foreach (var block in file.ReadBlocks())
            {
                block.ReadAll((schema, manifests), static (ref AvroReader reader, (AvroRecordSchema Schema, ImmutableArray<ManifestFile>.Builder Manifests) state) =>
                    state.Manifests.Add(ReadManifest(ref reader, state.Schema)));
            }

            return manifests.ToImmutable();
        }
        catch (IcebergException exception)
        {
            throw new IcebergException(exception.Kind, $"Cannot read the manifest list '{location}': {exception.Message}", exception);
        }
    }

    private static ManifestFile ReadManifest(ref AvroReader reader, AvroRecordSchema schema)
    {
        string? path = null;
        var longs = new Dictionary<int, long?>();
        ImmutableArray<PartitionFieldSummary>? partitions = null;
        ReadOnlyMemory<byte>? keyMetadata = null;
        foreach (var field in schema.Fields)
        {
            switch (ManifestFieldIds.OfManifest(field))
            {
                case ManifestFieldIds.ManifestPath:
                    path = AvroFields.ReadString(ref reader, field.Schema, field.Name);
                    break;
                case ManifestFieldIds.Partitions:
                    partitions = ReadSummaries(ref reader, field.Schema);
                    break;
                case ManifestFieldIds.ManifestKeyMetadata:
                    keyMetadata = AvroFields.ReadBytes(ref reader, field.Schema, field.Name);
                    break;
                case >= ManifestFieldIds.ManifestLength and <= ManifestFieldIds.ManifestFirstRowId and var id:
                    longs[id] = AvroFields.ReadLong(ref reader, field.Schema, field.Name);
                    break;
                default:
                    reader.Skip(field.Schema);
                    break;
            }
        }

        var content = longs.GetValueOrDefault(ManifestFieldIds.ManifestContent) ?? 0;
        return new ManifestFile
        {
            ManifestPath = path ?? throw AvroFields.Null("manifest_path"),
            ManifestLength = longs.GetValueOrDefault(ManifestFieldIds.ManifestLength) ?? throw AvroFields.Null("manifest_length"),
            PartitionSpecId = Int(longs, ManifestFieldIds.PartitionSpecId, "partition_spec_id") ?? throw AvroFields.Null("partition_spec_id"),
            Content = content is 0 or 1
                ? (ManifestContent)content
                : throw new IcebergException(IcebergErrorKind.InvalidFile, $"The field 'content' of a manifest is {content}; 0 and 1 are known."),
            SequenceNumber = longs.GetValueOrDefault(ManifestFieldIds.ManifestSequenceNumber) ?? 0,
            MinSequenceNumber = longs.GetValueOrDefault(ManifestFieldIds.MinSequenceNumber) ?? 0,
            AddedSnapshotId = longs.GetValueOrDefault(ManifestFieldIds.AddedSnapshotId) ?? throw AvroFields.Null("added_snapshot_id"),
            AddedFilesCount = Int(longs, ManifestFieldIds.AddedFilesCount, "added_files_count"),
            ExistingFilesCount = Int(longs, ManifestFieldIds.ExistingFilesCount, "existing_files_count"),
            DeletedFilesCount = Int(longs, ManifestFieldIds.DeletedFilesCount, "deleted_files_count"),
            AddedRowsCount = longs.GetValueOrDefault(ManifestFieldIds.AddedRowsCount),
            ExistingRowsCount = longs.GetValueOrDefault(ManifestFieldIds.ExistingRowsCount),
            DeletedRowsCount = longs.GetValueOrDefault(ManifestFieldIds.DeletedRowsCount),
            Partitions = partitions,
            KeyMetadata = keyMetadata,
            FirstRowId = longs.GetValueOrDefault(ManifestFieldIds.ManifestFirstRowId),
        };
    }

    private static ImmutableArray<PartitionFieldSummary>? ReadSummaries(ref AvroReader reader, AvroSchema schema)
    {
        if (!AvroFields.Enter(ref reader, ref schema))
        {
            return null;
        }

        var array = schema as AvroArraySchema ?? throw AvroFields.WrongType("partitions", "array", schema);
        var summaries = ImmutableArray.CreateBuilder<PartitionFieldSummary>();
        for (var count = reader.ReadBlockCount(); count > 0; count = reader.ReadBlockCount())
        {
            for (var i = 0; i < count; i++)
            {
                var item = array.Items;
                if (!AvroFields.Enter(ref reader, ref item))
                {
                    throw AvroFields.Null("partitions");
                }

                summaries.Add(ReadSummary(ref reader, item as AvroRecordSchema ?? throw AvroFields.WrongType("partitions", "array of records", item)));
            }
        }

        return summaries.ToImmutable();
    }

    private static PartitionFieldSummary ReadSummary(ref AvroReader reader, AvroRecordSchema schema)
    {
        bool? containsNull = null;
        bool? containsNaN = null;
        ReadOnlyMemory<byte>? lower = null;
        ReadOnlyMemory<byte>? upper = null;
        foreach (var field in schema.Fields)
        {
            switch (ManifestFieldIds.OfManifest(field))
            {
                case ManifestFieldIds.ContainsNull:
                    containsNull = AvroFields.ReadBoolean(ref reader, field.Schema, field.Name);
                    break;
                case ManifestFieldIds.ContainsNaN:
                    containsNaN = AvroFields.ReadBoolean(ref reader, field.Schema, field.Name);
                    break;
                case ManifestFieldIds.LowerBound:
                    lower = AvroFields.ReadBytes(ref reader, field.Schema, field.Name);
                    break;
                case ManifestFieldIds.UpperBound:
                    upper = AvroFields.ReadBytes(ref reader, field.Schema, field.Name);
                    break;
                default:
                    reader.Skip(field.Schema);
                    break;
            }
        }

        return new PartitionFieldSummary(containsNull ?? throw AvroFields.Null("contains_null"), containsNaN, lower, upper);
    }

    private static int? Int(Dictionary<int, long?> longs, int id, string field) => longs.GetValueOrDefault(id) switch
    {
        null => null,
        >= int.MinValue and <= int.MaxValue and var value => (int)value,
        var value => throw new IcebergException(IcebergErrorKind.InvalidFile, $"The field '{field}' is {value}, beyond 32 bits."),
    };
}
