using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Columns;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold;

/// <summary>A cold table at one version of its metadata.</summary>
public sealed class ColdTable
{
    /// <summary>The table property that lists the ids of string fields holding JSON, which Iceberg v2 has no type for.</summary>
    public const string JsonFieldsProperty = "federated-query.json-fields";

    public ColdTable(CatalogTable table)
    {
        Table = table;
        JsonFieldIds = Metadata.Properties.TryGetValue(JsonFieldsProperty, out var ids)
            ? [.. ids.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture))]
            : [];
    }

    /// <summary>As the catalog has it: what a commit starts from.</summary>
    public CatalogTable Table { get; }

    public TableIdentifier Identifier => Table.Identifier;

    public TableMetadata Metadata => Table.Metadata;

    /// <summary>The current snapshot with the current schema; its files lie where the catalog says.</summary>
    public TableScan Scan => TableScan.Of(Metadata) with { Locations = Table.Locations };

    /// <summary>Fields that are text in the files and JSON to the user.</summary>
    public ImmutableHashSet<int> JsonFieldIds { get; }

    /// <summary>Rows of the current snapshot by its summary, deletes not subtracted.</summary>
    public long Rows => Total("total-records");

    public long Bytes => Total("total-files-size");

    public int Files => (int)Total("total-data-files");

    /// <summary>
    /// The state that belongs to hot rows which were read before this was loaded from a REST catalog: the newest, unless rows have come to it since that are
    /// still among those.
    /// </summary>
    /// <param name="changeId">The last change that had taken rows out of the hot tier; null: none.</param>
    /// <param name="snapshotId">The snapshot that was published with it; null: none.</param>
    /// <returns>Null: the state is not (or no longer) listed; read both tiers anew.</returns>
    public ColdTable? AsPublished(Guid? changeId, long? snapshotId)
    {
        if (Metadata.Properties.GetValueOrDefault(ColdBranches.LastChangeProperty) == changeId?.ToString("D"))
        {
            // What others have committed on top of it is theirs: no row of it was ever hot.
            return this;
        }

        return snapshotId is { } id && Metadata.FindSnapshot(id) is not null
            ? new ColdTable(Table with { Metadata = Metadata.WithRef(SnapshotRef.MainBranch, SnapshotRef.Branch(id), Metadata.LastUpdatedMs) })
            : null;
    }

    /// <summary>
    /// The table with the names that its columns have by now where its rows come from, as its schema will have them once it has followed (<see cref="ColdSchemas"/>). To be read, not to
    /// be written to.
    /// </summary>
    public ColdTable NamedAs(SourceColumns source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var named = NamedTables.Of(Metadata, source);
        return ReferenceEquals(named, Metadata) ? this : new ColdTable(Table with { Metadata = named, Locations = Table.Locations?.WithoutMetadataLocation() });
    }

    private long Total(string name) =>
        Metadata.CurrentSnapshot?.Summary.TryGetValue(name, out var text) == true && long.TryParse(text, CultureInfo.InvariantCulture, out var total) ? total : 0;
}
