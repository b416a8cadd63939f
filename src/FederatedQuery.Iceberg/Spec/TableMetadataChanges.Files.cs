using System.Collections.Immutable;
using System.Text.Json;

namespace FederatedQuery.Iceberg.Spec;

public static partial class TableMetadataChanges
{
    private const string EncryptionKeys = "encryption-keys";

    /// <summary>Sets the table statistics of a snapshot; there is one file for each.</summary>
    /// <exception cref="IcebergException">No such snapshot.</exception>
    public static TableMetadata WithStatistics(this TableMetadata metadata, StatisticsFile statistics)
    {
        CheckSnapshotOf(metadata, statistics);
        return metadata with { Statistics = metadata.Statistics.RemoveAll(s => s.SnapshotId == statistics.SnapshotId).Add(statistics) };
    }

    public static TableMetadata WithoutStatistics(this TableMetadata metadata, long snapshotId)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return metadata with { Statistics = metadata.Statistics.RemoveAll(s => s.SnapshotId == snapshotId) };
    }

    /// <summary>Sets the partition statistics of a snapshot; there is one file for each.</summary>
    /// <exception cref="IcebergException">No such snapshot.</exception>
    public static TableMetadata WithPartitionStatistics(this TableMetadata metadata, StatisticsFile statistics)
    {
        CheckSnapshotOf(metadata, statistics);
        return metadata with { PartitionStatistics = metadata.PartitionStatistics.RemoveAll(s => s.SnapshotId == statistics.SnapshotId).Add(statistics) };
    }

    public static TableMetadata WithoutPartitionStatistics(this TableMetadata metadata, long snapshotId)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return metadata with { PartitionStatistics = metadata.PartitionStatistics.RemoveAll(s => s.SnapshotId == snapshotId) };
    }

    /// <summary>Adds an encryption key, in the place of one with the same id.</summary>
    /// <param name="metadata">The table.</param>
    /// <param name="key">An object with <c>key-id</c> and <c>encrypted-key-metadata</c> (spec: Encryption Keys), kept as it is.</param>
    /// <exception cref="IcebergException">A member is missing.</exception>
    public static TableMetadata WithEncryptionKey(this TableMetadata metadata, JsonElement key)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        var id = key.RequiredString("key-id", "an encryption key");
        key.RequiredString("encrypted-key-metadata", $"encryption key '{id}'");
        return metadata.WithEncryptionKeys([.. KeysWithout(metadata, id), key]);
    }

    public static TableMetadata WithoutEncryptionKey(this TableMetadata metadata, string keyId)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return metadata.OtherFields.ContainsKey(EncryptionKeys) ? metadata.WithEncryptionKeys([.. KeysWithout(metadata, keyId)]) : metadata;
    }

    private static TableMetadata WithEncryptionKeys(this TableMetadata metadata, ImmutableArray<JsonElement> keys)
    {
        using var document = JsonDocument.Parse(JsonText.WriteBytes(writer =>
        {
            writer.WriteStartArray();
            foreach (var key in keys)
            {
                key.WriteTo(writer);
            }

            writer.WriteEndArray();
        }));
        return metadata with { OtherFields = metadata.OtherFields.SetItem(EncryptionKeys, document.RootElement.Clone()) };
    }

    private static IEnumerable<JsonElement> KeysWithout(TableMetadata metadata, string keyId) =>
        metadata.OtherFields.TryGetValue(EncryptionKeys, out var keys) && keys.ValueKind == JsonValueKind.Array
            ? keys.EnumerateArray().Where(key => key.RequiredString("key-id", "an encryption key") != keyId)
            : [];

    private static void CheckSnapshotOf(TableMetadata metadata, StatisticsFile statistics)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(statistics);
        if (metadata.FindSnapshot(statistics.SnapshotId) is null)
        {
            throw IcebergException.InvalidMetadata(
                $"Cannot set the statistics '{statistics.StatisticsPath}' of table '{metadata.Location}': it has no snapshot {statistics.SnapshotId}.");
        }
    }
}
