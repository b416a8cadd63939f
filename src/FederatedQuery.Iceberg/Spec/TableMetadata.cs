using System.Collections.Immutable;
using System.Text.Json;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>
/// A table's metadata file (spec: Table Metadata): one state of the table, immutable. Changes are the methods in
/// <see cref="TableMetadataChanges"/>, each of which gives the next state.
/// </summary>
public sealed record TableMetadata
{
    public const int HighestFormatVersion = 3;

    /// <summary>1 to 3.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>Null only in v1 tables that have none.</summary>
    public string? TableUuid { get; init; }

    public required string Location { get; init; }

    /// <summary>The highest sequence number given out; 0 in v1.</summary>
    public long LastSequenceNumber { get; init; }

    /// <summary>Milliseconds from the Unix epoch.</summary>
    public required long LastUpdatedMs { get; init; }

    /// <summary>The highest field id ever given out.</summary>
    public required int LastColumnId { get; init; }

    public required ImmutableArray<Schema> Schemas { get; init; }

    public required int CurrentSchemaId { get; init; }

    public required ImmutableArray<PartitionSpec> PartitionSpecs { get; init; }

    public required int DefaultSpecId { get; init; }

    /// <summary>The highest partition field id ever given out, 999 when none.</summary>
    public required int LastPartitionId { get; init; }

    /// <summary>May be empty in v1, which stands for the unsorted order alone.</summary>
    public ImmutableArray<SortOrder> SortOrders { get; init; } = [];

    public int DefaultSortOrderId { get; init; }

    public ImmutableDictionary<string, string> Properties { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Null for a table without rows yet.</summary>
    public long? CurrentSnapshotId { get; init; }

    public ImmutableArray<Snapshot> Snapshots { get; init; } = [];

    /// <summary>
    /// Branches and tags; <c>main</c> is among them whenever there is a current snapshot, also where the file leaves it out.
    /// </summary>
    public ImmutableSortedDictionary<string, SnapshotRef> Refs { get; init; } = NoRefs;

    /// <summary>Changes of the current snapshot, oldest first.</summary>
    public ImmutableArray<SnapshotLogEntry> SnapshotLog { get; init; } = [];

    /// <summary>Former metadata files, oldest first.</summary>
    public ImmutableArray<MetadataLogEntry> MetadataLog { get; init; } = [];

    public ImmutableArray<StatisticsFile> Statistics { get; init; } = [];

    public ImmutableArray<StatisticsFile> PartitionStatistics { get; init; } = [];

    /// <summary>v3: the first row id not given out yet. Null in v1 and v2.</summary>
    public long? NextRowId { get; init; }

    /// <summary>
    /// Members of the file that this library does not interpret (encryption keys, additions of other writers); they are written back.
    /// </summary>
    public ImmutableSortedDictionary<string, JsonElement> OtherFields { get; init; } = NoOtherFields;

    public Schema CurrentSchema => FindSchema(CurrentSchemaId)!;

    public PartitionSpec DefaultSpec => FindPartitionSpec(DefaultSpecId)!;

    public SortOrder DefaultSortOrder => FindSortOrder(DefaultSortOrderId)!;

    public Snapshot? CurrentSnapshot => CurrentSnapshotId is { } id ? FindSnapshot(id) : null;

    internal static ImmutableSortedDictionary<string, SnapshotRef> NoRefs { get; } =
        ImmutableSortedDictionary.Create<string, SnapshotRef>(StringComparer.Ordinal);

    internal static ImmutableSortedDictionary<string, JsonElement> NoOtherFields { get; } =
        ImmutableSortedDictionary.Create<string, JsonElement>(StringComparer.Ordinal);

    /// <summary>Reads a metadata file that is not, or no longer, compressed.</summary>
    /// <exception cref="IcebergException">Not JSON, not table metadata, of a version above 3, or against the rules of its version.</exception>
    public static TableMetadata Parse(ReadOnlyMemory<byte> utf8Json) => TableMetadataJson.Parse(utf8Json);

    /// <summary>Reads metadata that stands inside another document, as in answers of a REST catalog.</summary>
    /// <exception cref="IcebergException">As <see cref="Parse"/>.</exception>
    internal static TableMetadata Read(JsonElement json) => new TableMetadataReader(json).Read();

    /// <summary>Writes metadata into an answer of a REST catalog, of format version 1 too; there a current snapshot that is missing is left out.</summary>
    internal void WriteMessage(Utf8JsonWriter writer) => TableMetadataWriter.Write(writer, this, isMessage: true);

    /// <summary>The file as UTF-8 JSON.</summary>
    /// <exception cref="IcebergException">The table is of format version 1, which is read only: upgrade it first.</exception>
    public ReadOnlyMemory<byte> ToJson() => TableMetadataJson.Write(this);

    public Schema? FindSchema(int schemaId) => Schemas.FirstOrDefault(s => s.SchemaId == schemaId);

    public PartitionSpec? FindPartitionSpec(int specId) => PartitionSpecs.FirstOrDefault(s => s.SpecId == specId);

    /// <summary>Order 0 is always there.</summary>
    public SortOrder? FindSortOrder(int orderId) =>
        SortOrders.FirstOrDefault(o => o.OrderId == orderId) ?? (orderId == 0 ? SortOrder.Unsorted : null);

    public Snapshot? FindSnapshot(long snapshotId) => Snapshots.FirstOrDefault(s => s.SnapshotId == snapshotId);

    /// <summary>The snapshot a branch or tag points to.</summary>
    public Snapshot? FindSnapshot(string refName) => Refs.TryGetValue(refName, out var found) ? FindSnapshot(found.SnapshotId) : null;

    /// <summary>The snapshot that was current at that time by the snapshot log; null when the log does not reach back so far.</summary>
    public Snapshot? FindSnapshotAsOf(long timestampMs)
    {
        var entry = SnapshotLog.LastOrDefault(e => e.TimestampMs <= timestampMs);
        return entry is null ? null : FindSnapshot(entry.SnapshotId);
    }

    /// <summary>The schema a snapshot was made with, or the current one where that is not recorded or no longer listed.</summary>
    public Schema SchemaOf(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return (snapshot.SchemaId is { } id ? FindSchema(id) : null) ?? CurrentSchema;
    }

    /// <summary>
    /// The struct of the partition tuples of a spec. The types of source columns that the current schema has dropped are taken from the
    /// newest schema that still has them.
    /// </summary>
    public StructType PartitionType(PartitionSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var current = CurrentSchema;
        var missing = spec.Fields.Select(f => f.SourceId).Distinct().Where(id => current.FindField(id) is null);
        var dropped = missing
            .Select(id => Schemas.OrderByDescending(s => s.SchemaId).Select(s => s.FindField(id)).FirstOrDefault(f => f is not null))
            .Where(f => f is not null)
            .ToDictionary(f => f!.Id, f => f!.Type);
        return new StructType([.. spec.PartitionType(current).Fields.Zip(spec.Fields, (result, f) =>
            dropped.TryGetValue(f.SourceId, out var type) ? result with { Type = f.Transform.ResultType(type) } : result)]);
    }

    /// <summary>The snapshots from the given one back to the oldest that is still listed.</summary>
    public IEnumerable<Snapshot> AncestorsOf(long snapshotId)
    {
        // A cycle of parents, which only a broken writer makes, must not hang the reader.
        var seen = new HashSet<long>();
        for (var s = FindSnapshot(snapshotId); s is not null && seen.Add(s.SnapshotId); s = s.ParentSnapshotId is { } id ? FindSnapshot(id) : null)
        {
            yield return s;
        }
    }
}
