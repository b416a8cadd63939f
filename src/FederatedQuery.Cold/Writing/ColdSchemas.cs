using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Columns;
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
    /// Makes the cold table hold whatever rows of its source hold, under the names that columns have there now: renamed columns are renamed, new ones are added, types widened, columns
    /// that may be null there may be null here. Columns that are gone there stay, for the rows that are here, and may be null from then on; one whose name another column has there by
    /// now makes way for it. Which column is which outlives names (<see cref="SourceFields"/>); fields of structs are found by name.
    /// </summary>
    /// <param name="catalog">Where the change is committed, if there is one.</param>
    /// <param name="table">The cold table.</param>
    /// <param name="source">The columns of the rows to come.</param>
    /// <param name="cancellationToken">Gives up; the change may then have been made.</param>
    /// <returns>The table as it is now.</returns>
    /// <exception cref="IcebergException">InvalidMetadata: a column has become of a type that cannot hold what was written before.</exception>
    public Task<CatalogTable> FollowAsync(
        ICatalog catalog, CatalogTable table, SourceColumns source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(source);

        return ChangeAsync(catalog, table, metadata => Followed(metadata, source), cancellationToken);
    }

    /// <summary>As <see cref="FollowAsync"/> as far as the names of columns go that the cold table has: it gets no column that no row needs yet, and every change of types suits it.</summary>
    /// <returns>The same object when there is nothing to change.</returns>
    public Task<CatalogTable> FollowNamesAsync(ICatalog catalog, CatalogTable table, SourceColumns source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(source);
        return ChangeAsync(catalog, table, metadata => Renamed(metadata, source), cancellationToken);
    }

    /// <summary>A table to be made, as one that rows of a source come to.</summary>
    /// <param name="table">With the source's field ids.</param>
    /// <param name="source">The table that exists already.</param>
    public static NewTable Following(NewTable table, SourceColumns source)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(source);
        return table with { Properties = table.Properties.SetItem(SourceFields.Property, SourceFields.PropertyOf(source)) };
    }

    /// <summary>Whether a change of a table leaves alone what is known of its source.</summary>
    public static bool KeepsSource(TableMetadata before, TableMetadata after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return before.Properties.GetValueOrDefault(SourceFields.Property) == after.Properties.GetValueOrDefault(SourceFields.Property);
    }

    /// <summary>Decided on what is known, and done again on whatever the table is when the commit is made.</summary>
    private Task<CatalogTable> ChangeAsync(ICatalog catalog, CatalogTable table, Func<TableMetadata, TableMetadata> change, CancellationToken cancellationToken) =>
        ReferenceEquals(change(table.Metadata), table.Metadata)
            ? Task.FromResult(table)
            : _committer.CommitAsync(catalog, table.Identifier, [new MetadataChange(change)], cancellationToken);

    /// <returns>The same metadata when there is nothing to change.</returns>
    private static TableMetadata Renamed(TableMetadata table, SourceColumns source)
    {
        var fields = SourceFields.Of(table, source);
        var renames = fields.RenamesIn(table.CurrentSchema);
        return Changed(table, new SchemaUpdate(table).Rename(renames).Schema, source, fields);
    }

    /// <returns>The same metadata when there is nothing to change.</returns>
    private static TableMetadata Followed(TableMetadata table, SourceColumns source)
    {
        var fields = SourceFields.Of(table, source);
        var update = new SchemaUpdate(table).Rename(fields.RenamesIn(table.CurrentSchema));
        var gone = update.Schema.Fields.Where(field => field.Required && source.Schema.Fields.All(other => other.Name != field.Name)).ToList();
        update.UnionByName(source.Schema);
        if (gone.Exists(field => update.Schema.IdentifierFieldIds.Contains(field.Id)))
        {
            // Rows to come have no value there.
            update.Identify();
        }

        foreach (var field in gone)
        {
            update.MakeOptional(field.Name);
        }

        return Changed(table, update.Schema, source, fields);
    }

    private static TableMetadata Changed(TableMetadata table, Schema schema, SourceColumns source, SourceFields fields)
    {
        var changes = Properties(table, schema, source, fields).Where(change => table.Properties.GetValueOrDefault(change.Key) != change.Value).ToList();
        if (!schema.SameStructure(table.CurrentSchema))
        {
            table = table.WithCurrentSchema(schema);
        }

        return changes.Count == 0 ? table : table.WithProperties(changes);
    }

    private static IEnumerable<KeyValuePair<string, string>> Properties(TableMetadata table, Schema schema, SourceColumns source, SourceFields fields)
    {
        yield return KeyValuePair.Create(SourceFields.Property, fields.PropertyIn(schema));
        if (JsonFields(table, schema, source) is { } json)
        {
            yield return KeyValuePair.Create(ColdTable.JsonFieldsProperty, json);
        }
    }

    /// <summary>The property that tells JSON from other text; null when it stays as it is.</summary>
    private static string? JsonFields(TableMetadata table, Schema schema, SourceColumns source)
    {
        var known = table.Properties.GetValueOrDefault(ColdTable.JsonFieldsProperty, "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture))
            .ToImmutableSortedSet();
        var all = known.Union(source.JsonFieldIds.Select(id => schema.FindField(source.Schema.FindName(id)!)?.Id).OfType<int>().Where(id => table.CurrentSchema.FindField(id) is null));
        return all.Count == known.Count ? null : string.Join(',', all.Select(id => id.ToString(CultureInfo.InvariantCulture)));
    }
}
