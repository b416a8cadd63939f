using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Iceberg.Scan;

/// <summary>
/// What is to be read of a table: a snapshot, the schema its rows are read with, and a filter. Made from a table with <see cref="Of"/>, then moved in
/// time with the <c>At</c> methods. Immutable.
/// </summary>
public sealed record TableScan
{
    private TableScan(TableMetadata table, Snapshot? snapshot, Schema schema)
    {
        Table = table;
        Snapshot = snapshot;
        Schema = schema;
    }

    public TableMetadata Table { get; }

    /// <summary>Null for a table without rows yet.</summary>
    public Snapshot? Snapshot { get; private init; }

    public Schema Schema { get; private init; }

    /// <summary>Rows wanted. Planning leaves out files that cannot hold any; the files that are left may hold others too.</summary>
    public Expression Filter { get; init; } = Expression.True;

    public bool CaseSensitive { get; init; } = true;

    /// <summary>Where files may lie; null: below the table's own locations, in any store, nothing remapped.</summary>
    public TableLocations? Locations { get; init; }

    /// <summary><see cref="Locations"/>, or those of a table that lies where its metadata says.</summary>
    public TableLocations LocationsIn(ObjectStoreRegistry stores) =>
        Locations ?? TableLocations.Of(stores, Table, LocationMap.Empty, metadataLocation: null);

    /// <summary>The current snapshot with the current schema.</summary>
    public static TableScan Of(TableMetadata table) => new(table, table.CurrentSnapshot, table.CurrentSchema);

    /// <summary>A snapshot with the schema it was written with.</summary>
    /// <exception cref="IcebergException">NotFound.</exception>
    public TableScan AtSnapshot(long snapshotId) => At(Table.FindSnapshot(snapshotId) ?? throw NotFound($"no snapshot {snapshotId}"));

    /// <summary>The snapshot that was current at a time, with its schema.</summary>
    /// <param name="timestampMs">Milliseconds from the Unix epoch.</param>
    /// <exception cref="IcebergException">NotFound: the table has no snapshot as old as that.</exception>
    public TableScan AtTime(long timestampMs) => At(Table.FindSnapshotAsOf(timestampMs)
        ?? throw NotFound($"no snapshot as of {DateTimeOffset.FromUnixTimeMilliseconds(timestampMs):yyyy-MM-dd HH:mm:ss.fff}Z"));

    /// <summary>A branch with the table's schema, or a tag with the schema of its snapshot.</summary>
    /// <exception cref="IcebergException">NotFound; the message lists the references there are.</exception>
    public TableScan AtRef(string name)
    {
        var snapshot = Table.FindSnapshot(name)
            ?? throw NotFound($"no branch or tag '{name}'; it has {(Table.Refs.IsEmpty ? "none" : string.Join(", ", Table.Refs.Keys.Select(key => $"'{key}'")))}");
        return Table.Refs[name].Type == SnapshotRefType.Branch ? this with { Snapshot = snapshot, Schema = Table.CurrentSchema } : At(snapshot);
    }

    private TableScan At(Snapshot snapshot) => this with { Snapshot = snapshot, Schema = Table.SchemaOf(snapshot) };

    private IcebergException NotFound(string what) => new(IcebergErrorKind.NotFound, $"Table '{Table.Location}' has {what}.");
}
