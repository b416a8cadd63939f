using System.Collections.Immutable;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>
/// The changes a commit is made of. Each takes one state of a table and gives the next, checked against the rules of the specification;
/// none writes anything. A commit ends with <see cref="PrepareCommit"/>.
/// </summary>
public static partial class TableMetadataChanges
{
    private const int DefaultPreviousVersionsMax = 100;

    /// <summary>
    /// The first state of a new table: of format version 2 (or 3), without snapshots. Field ids are taken as they are. Partition fields get
    /// ids from 1000 up.
    /// </summary>
    /// <exception cref="IcebergException">The partition spec or the sort order does not suit the schema.</exception>
    public static TableMetadata Create(
        Guid tableUuid,
        string location,
        Schema schema,
        PartitionSpec partitionSpec,
        SortOrder sortOrder,
        IEnumerable<KeyValuePair<string, string>> properties,
        long nowMs,
        int formatVersion = 2)
    {
        ArgumentException.ThrowIfNullOrEmpty(location);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(properties);
        CheckTypesOfFormat(schema, formatVersion);
        var empty = new TableMetadata
        {
            FormatVersion = formatVersion,
            NextRowId = formatVersion >= 3 ? 0 : null,
            TableUuid = tableUuid.ToString("D"),
            Location = location.TrimEnd('/'),
            LastUpdatedMs = nowMs,
            LastColumnId = schema.HighestFieldId,
            Schemas = [schema.WithSchemaId(0)],
            CurrentSchemaId = 0,
            PartitionSpecs = [],
            DefaultSpecId = 0,
            LastPartitionId = PartitionSpec.LastReservedFieldId,
            SortOrders = sortOrder is { IsUnsorted: true } ? [SortOrder.Unsorted] : [],
            Properties = properties.ToImmutableDictionary(StringComparer.Ordinal),
        };
        return empty.WithDefaultPartitionSpec(partitionSpec).WithDefaultSortOrder(sortOrder);
    }

    /// <summary>Raises the format version; version 2 needs a UUID, which is given for a v1 table that has none.</summary>
    /// <exception cref="IcebergException">The version is lower than the table's, or not one that is written.</exception>
    public static TableMetadata UpgradedToVersion2(this TableMetadata metadata, Guid uuidIfMissing)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return metadata.FormatVersion > 2
            ? throw IcebergException.Unsupported($"Table '{metadata.Location}' is of format version {metadata.FormatVersion}; it cannot go back to 2.")
            : metadata with
            {
                FormatVersion = 2,
                TableUuid = metadata.TableUuid ?? uuidIfMissing.ToString("D"),
                SortOrders = metadata.SortOrders.IsEmpty ? [SortOrder.Unsorted] : metadata.SortOrders,
            };
    }

    /// <summary>Raises the format version from 2 to 3: row ids are given out from here on, from 0.</summary>
    /// <exception cref="IcebergException">The table is of format version 1: upgrade it to 2 first.</exception>
    public static TableMetadata UpgradedToVersion3(this TableMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return metadata.FormatVersion switch
        {
            3 => metadata,
            2 => metadata with { FormatVersion = 3, NextRowId = 0 },
            _ => throw IcebergException.Unsupported($"Table '{metadata.Location}' is of format version {metadata.FormatVersion}; upgrade it to 2 before 3."),
        };
    }

    public static TableMetadata WithLocation(this TableMetadata metadata, string location)
    {
        ArgumentException.ThrowIfNullOrEmpty(location);
        return metadata with { Location = location.TrimEnd('/') };
    }

    public static TableMetadata WithProperties(this TableMetadata metadata, IEnumerable<KeyValuePair<string, string>> updates) =>
        metadata with { Properties = metadata.Properties.SetItems(updates) };

    public static TableMetadata WithoutProperties(this TableMetadata metadata, IEnumerable<string> keys) =>
        metadata with { Properties = metadata.Properties.RemoveRange(keys) };

    /// <summary>
    /// The last step of a commit: records the file this state is based on in the metadata log, drops the oldest entries beyond
    /// <see cref="TableProperties.MetadataPreviousVersionsMax"/>, and sets the time. The files of dropped entries are not deleted by
    /// anyone: a reader
    /// may still be on one. Compare both logs to learn which they are.
    /// </summary>
    /// <param name="metadata">The new state.</param>
    /// <param name="previous">The state it is based on; null for a new table.</param>
    /// <param name="previousLocation">The metadata file of <paramref name="previous"/>.</param>
    /// <param name="nowMs">The time of the commit; a clock behind the table's last update does not take it back.</param>
    public static TableMetadata PrepareCommit(this TableMetadata metadata, TableMetadata? previous, string? previousLocation, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        var updated = metadata with { LastUpdatedMs = Math.Max(nowMs, Math.Max(metadata.LastUpdatedMs, previous?.LastUpdatedMs ?? 0)) };
        if (previous is null || previousLocation is null)
        {
            return updated;
        }

        var keep = metadata.PreviousVersionsKept();
        var log = metadata.MetadataLog.Add(new MetadataLogEntry(previous.LastUpdatedMs, previousLocation));
        return updated with { MetadataLog = [.. log.Skip(log.Length - keep)] };
    }

    /// <summary>How many former metadata files the log keeps.</summary>
    internal static int PreviousVersionsKept(this TableMetadata metadata) =>
        Math.Max(1, metadata.ReadInt(TableProperties.MetadataPreviousVersionsMax, DefaultPreviousVersionsMax));

    private static void CheckTypesOfFormat(Schema schema, int formatVersion)
    {
        foreach (var found in schema.AllFields)
        {
            if (found.Type.MinFormatVersion > formatVersion)
            {
                throw IcebergException.InvalidMetadata(
                    $"Column '{found.FullName}' is of type {found.Type}, which needs format version "
                    + $"{found.Type.MinFormatVersion}; the table is of version {formatVersion}.");
            }

            if (found.Field.InitialDefault is not null && formatVersion < 3)
            {
                throw IcebergException.InvalidMetadata(
                    $"Column '{found.FullName}' has an initial default, which needs format version 3; the table is of version "
                    + $"{formatVersion}.");
            }
        }
    }
}
