using System.Globalization;
using FederatedQuery.Iceberg.Avro;

namespace FederatedQuery.Iceberg.Manifests;

/// <summary>Writes manifest lists of format version 2 (spec: Manifest Lists).</summary>
public static class ManifestListWriter
{
    /// <param name="manifests">In the order they are to be listed. Counts that v1 did not keep must have been filled in.</param>
    /// <param name="snapshotId">The snapshot of the list.</param>
    /// <param name="parentSnapshotId">Its parent, if any.</param>
    /// <param name="sequenceNumber">The sequence number of the snapshot.</param>
    public static ReadOnlyMemory<byte> Write(
        IEnumerable<ManifestFile> manifests, long snapshotId, long? parentSnapshotId, long sequenceNumber)
    {
        var file = new AvroFileWriter(
            ManifestSchemas.ManifestList,
            [
                new("snapshot-id", Text(snapshotId)),
                new("parent-snapshot-id", parentSnapshotId is { } parent ? Text(parent) : "null"),
                new("sequence-number", Text(sequenceNumber)),
                new("format-version", "2"),
            ],
            AvroCodec.Deflate);
        foreach (var manifest in manifests)
        {
            file.Append(manifest, WriteManifest);
        }

        return file.Finish();
    }

    private static void WriteManifest(AvroWriter avro, ManifestFile manifest)
    {
        avro.WriteString(manifest.ManifestPath);
        avro.WriteLong(manifest.ManifestLength);
        avro.WriteInt(manifest.PartitionSpecId);
        avro.WriteInt((int)manifest.Content);
        avro.WriteLong(manifest.SequenceNumber);
        avro.WriteLong(manifest.MinSequenceNumber);
        avro.WriteLong(manifest.AddedSnapshotId);
        avro.WriteInt(Known(manifest.AddedFilesCount, manifest));
        avro.WriteInt(Known(manifest.ExistingFilesCount, manifest));
        avro.WriteInt(Known(manifest.DeletedFilesCount, manifest));
        avro.WriteLong(Known(manifest.AddedRowsCount, manifest));
        avro.WriteLong(Known(manifest.ExistingRowsCount, manifest));
        avro.WriteLong(Known(manifest.DeletedRowsCount, manifest));
        WriteSummaries(avro, manifest);
        ManifestWriter.WriteOptional(avro, manifest.KeyMetadata);
    }

    private static void WriteSummaries(AvroWriter avro, ManifestFile manifest)
    {
        avro.WriteBranch(manifest.Partitions is null ? 0 : 1);
        if (manifest.Partitions is not { } summaries)
        {
            return;
        }

        if (!summaries.IsEmpty)
        {
            avro.WriteBlockCount(summaries.Length);
            foreach (var summary in summaries)
            {
                avro.WriteBoolean(summary.ContainsNull);
                avro.WriteBranch(summary.ContainsNaN is null ? 0 : 1);
                if (summary.ContainsNaN is { } containsNaN)
                {
                    avro.WriteBoolean(containsNaN);
                }

                ManifestWriter.WriteOptional(avro, summary.LowerBound);
                ManifestWriter.WriteOptional(avro, summary.UpperBound);
            }
        }

        avro.WriteBlockCount(0);
    }

    private static T Known<T>(T? count, ManifestFile manifest)
        where T : struct => count ?? throw IcebergException.InvalidMetadata(
            $"The manifest '{manifest.ManifestPath}' has no file and row counts, which format version 2 requires. Count its entries first.");

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
