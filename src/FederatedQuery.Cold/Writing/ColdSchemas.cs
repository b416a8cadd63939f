using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Cold.Writing;

/// <summary>Lets the schemas of cold tables follow those of the tables that their rows come from. Safe for concurrent use.</summary>
public sealed class ColdSchemas(ObjectStoreRegistry stores, ManifestCache manifests, TimeProvider time)
{
    private readonly TableCommitter _committer = new(stores, manifests, new CommitOptions(), time);

    /// <summary>
    /// Makes the cold table hold whatever rows of the other schema hold, columns being found by name: new columns are added, types widened, columns that
    /// may be null there may be null here. Columns that are gone there stay, for the rows that are here, and may be null from then on.
    /// </summary>
    /// <param name="catalog">Where the change is committed, if there is one.</param>
    /// <param name="table">The cold table.</param>
    /// <param name="source">The schema of the rows to come; its ids count for nothing.</param>
    /// <param name="jsonFieldIds">Text fields of <paramref name="source"/> that hold JSON.</param>
    /// <param name="cancellationToken">Gives up; the change may then have been made.</param>
    /// <returns>The table as it is now.</returns>
    /// <exception cref="IcebergException">InvalidMetadata: a column has become of a type that cannot hold what was written before.</exception>
    public Task<CatalogTable> FollowAsync(
        ICatalog catalog, CatalogTable table, Schema source, IReadOnlySet<int> jsonFieldIds, CancellationToken cancellationToken)
    {
        // Decided on what is known, and done again on whatever the table is when the commit is made.
        return ReferenceEquals(Followed(table.Metadata, source, jsonFieldIds), table.Metadata)
            ? Task.FromResult(table)
            : _committer.CommitAsync(
                catalog, table.Identifier, [new MetadataChange(metadata => Followed(metadata, source, jsonFieldIds))], cancellationToken);
    }

    /// <returns>The same metadata when there is nothing to change.</returns>
    private static TableMetadata Followed(TableMetadata table, Schema source, IReadOnlySet<int> jsonFieldIds)
    {
        var gone = table.CurrentSchema.Fields.Where(field => field.Required && source.Fields.All(other => other.Name != field.Name));
        var update = new SchemaUpdate(table).UnionByName(source);
        foreach (var field in gone)
        {
            update.MakeOptional(field.Name);
        }

        var json = JsonFields(table, update.Schema, source, jsonFieldIds);
        if (!update.Schema.SameStructure(table.CurrentSchema))
        {
            table = table.WithCurrentSchema(update.Schema);
        }

        return json is null ? table : table.WithProperties([KeyValuePair.Create(ColdTable.JsonFieldsProperty, json)]);
    }

    /// <summary>The property that tells JSON from other text; null when it stays as it is.</summary>
    private static string? JsonFields(TableMetadata table, Schema schema, Schema source, IReadOnlySet<int> jsonFieldIds)
    {
        var known = table.Properties.GetValueOrDefault(ColdTable.JsonFieldsProperty, "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture))
            .ToImmutableSortedSet();
        var all = known.Union(jsonFieldIds.Select(id => schema.FindField(source.FindName(id)!)!.Id).Where(id => table.CurrentSchema.FindField(id) is null));
        return all.Count == known.Count ? null : string.Join(',', all.Select(id => id.ToString(CultureInfo.InvariantCulture)));
    }
}
