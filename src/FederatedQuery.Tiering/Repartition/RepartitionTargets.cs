using FederatedQuery.Cold;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Tiering.Tables;

namespace FederatedQuery.Tiering.Repartition;

/// <summary>Looks up tables that are to be laid out anew.</summary>
internal sealed class RepartitionTargets(ColdCatalog catalog, TableColumns columns, PostgresConnections connections)
{
    /// <exception cref="TieringException">NotFound: there is no cold table of the name. NotAllowed: it cannot be written to.</exception>
    public async Task<RepartitionTarget> FindAsync(TableIdentifier identifier, CancellationToken cancellationToken)
    {
        var name = new TableName(TableNames.SchemaOf(identifier.Namespace), identifier.Name);
        var tiered = await columns.FollowAsync(name, cancellationToken);
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        var hot = await PostgresIntrospector.FindAsync(connection, name, cancellationToken);
        var cold = new ColdTable(await LoadAsync(identifier, name, hot is not null, cancellationToken));
        if (cold.Table.IsReadOnly)
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed,
                $"Table '{name}' cannot be repartitioned: it was registered from elsewhere with a location map, so it is only read. Load its rows into a table of this catalog.");
        }

        if (cold.Metadata.FormatVersion != 2)
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed,
                $"Table '{name}' cannot be repartitioned: it is of Iceberg's format version {cold.Metadata.FormatVersion}, and tables of version 2 are written.");
        }

        return new RepartitionTarget(cold, tiered, hot, [.. await KeysAsync(connection, tiered, hot, cold, cancellationToken)]);
    }

    private static async Task<IEnumerable<RepartitionKey>> KeysAsync(
        Npgsql.NpgsqlConnection connection, TieredTable? tiered, PostgresTable? hot, ColdTable cold, CancellationToken cancellationToken)
    {
        var schema = cold.Metadata.CurrentSchema;
        var keys = new List<RepartitionKey>
        {
            new("the primary key", tiered?.PrimaryKey ?? []),
            new("a unique index", hot is null ? [] : await UniqueColumns.FindAsync(connection, hot, cancellationToken)),
            new("the identifier fields", [.. schema.IdentifierFieldIds.Select(id => schema.FindName(id)).OfType<string>()]),
        };
        return keys.Where(key => key.Columns.Count > 0);
    }

    private async Task<CatalogTable> LoadAsync(TableIdentifier identifier, TableName name, bool isHot, CancellationToken cancellationToken)
    {
        try
        {
            return await catalog.Catalog.LoadTableAsync(identifier, cancellationToken);
        }
        catch (IcebergException missing) when (missing.Kind == IcebergErrorKind.NotFound)
        {
            throw isHot
                ? new TieringException(
                    TieringErrorKind.NotAllowed,
                    $"Table '{name}' is in PostgreSQL alone and has no Iceberg table to repartition. Call configureTiering first; its partitionBy says how the cold table is laid out.",
                    missing)
                : new TieringException(TieringErrorKind.NotFound, $"There is no table '{name}'.", missing);
        }
    }
}
