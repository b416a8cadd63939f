using FederatedQuery.Cold;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Tiering.Tables;

namespace FederatedQuery.Tiering.Verification;

/// <summary>The tables that can be verified: tiered ones, and those that are cold only and have a ledger (<see cref="Ledger.IsKeptAsync"/>).</summary>
public sealed class VerifiedTables(TieredTableStore tables, TableColumns columns, ColdTables coldTables, MoveStore moves)
{
    /// <returns>One that is cold only stands there like a tiered one without hot rows.</returns>
    /// <exception cref="TieringException">NotFound: nothing tells what its rows should be.</exception>
    public async Task<TieredTable> FindAsync(TableName name, CancellationToken cancellationToken) =>
        await columns.FollowAsync(name, cancellationToken) ?? await FindColdOnlyAsync(name, cancellationToken) ?? throw new TieringException(
            TieringErrorKind.NotFound,
            $"Table '{name}' is neither tiered nor a cold-only table that was loaded here from its first rows on and is laid out by days or months: nothing tells what its rows should be.");

    public async Task<IReadOnlyList<TieredTable>> ListAsync(CancellationToken cancellationToken)
    {
        var tiered = await tables.ListAsync(cancellationToken);
        var all = tiered.ToList();
        foreach (var name in (await moves.ListTablesAsync(cancellationToken)).Except(tiered.Select(TableVerifier.NameOf)))
        {
            if (await FindColdOnlyAsync(name, cancellationToken) is { } table)
            {
                all.Add(table);
            }
        }

        return all;
    }

    private async Task<TieredTable?> FindColdOnlyAsync(TableName name, CancellationToken cancellationToken)
    {
        var identifier = new TableIdentifier(TableNames.NamespaceOf(name), name.Name);
        if (await coldTables.FindAsync(identifier, null, cancellationToken) is not { } cold
            || ColdTimes.OfLayout(cold.Metadata) is not { } timeColumn
            || await moves.ListAsync(name, cancellationToken) is not [{ Rows: > 0 }, ..])
        {
            return null;
        }

        var schema = cold.Metadata.CurrentSchema;
        return new TieredTable
        {
            Schema = name.Schema,
            Name = name.Name,
            Namespace = identifier.Namespace,
            TimeColumn = timeColumn,
            PrimaryKey = [.. schema.IdentifierFieldIds.Select(schema.FindName).OfType<string>()],
            PartitionBy = [],
            CreatedAt = default,
        };
    }
}
