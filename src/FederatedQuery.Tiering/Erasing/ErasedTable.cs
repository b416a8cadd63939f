using FederatedQuery.Cold;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Tiering.Publication;
using FederatedQuery.Tiering.Tables;

namespace FederatedQuery.Tiering.Erasing;

/// <summary>A table that rows are erased from: tiered, or cold only.</summary>
/// <param name="Tiered">Null: it has no hot rows.</param>
/// <param name="TimeColumn">By which the ledger has its days; null: it has none.</param>
public sealed record ErasedTable(TableName Name, TableIdentifier Identifier, TieredTable? Tiered, string? TimeColumn)
{
    /// <summary>Of the condition; null before the erasure is prepared.</summary>
    public ErasedColumns? Columns { get; init; }

    /// <exception cref="TieringException">NotFound: there is no such table, or it is hot only.</exception>
    public static async Task<ErasedTable> FindAsync(TieredTableStore tables, ColdTables coldTables, TableName name, CancellationToken cancellationToken)
    {
        if (await tables.FindAsync(name, cancellationToken) is { } tiered)
        {
            return new ErasedTable(name, TablePublisher.IdentifierOf(tiered), tiered, tiered.TimeColumn);
        }

        var identifier = new TableIdentifier(TableNames.NamespaceOf(name), name.Name);
        return await coldTables.FindAsync(identifier, null, cancellationToken) is { } cold
            ? new ErasedTable(name, identifier, null, ColdTimes.OfLayout(cold.Metadata))
            : throw new TieringException(
                TieringErrorKind.NotFound, $"Table '{name}' is neither tiered nor cold only. Rows of a table that is in PostgreSQL alone are deleted there.");
    }
}
