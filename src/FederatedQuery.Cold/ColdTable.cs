using System.Collections.Immutable;
using System.Globalization;
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

    private long Total(string name) =>
        Metadata.CurrentSnapshot?.Summary.TryGetValue(name, out var text) == true && long.TryParse(text, CultureInfo.InvariantCulture, out var total) ? total : 0;
}
