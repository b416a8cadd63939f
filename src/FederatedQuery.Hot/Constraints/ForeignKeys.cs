using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Partitions;
using FederatedQuery.Hot.Sql;
using Npgsql;

namespace FederatedQuery.Hot.Constraints;

/// <summary>Foreign keys between hot tables.</summary>
public sealed class ForeignKeys(PostgresConnections connections)
{
    /// <summary>Adds a foreign key on one column, checked against the rows that are there. Nothing happens when the constraint exists.</summary>
    /// <exception cref="PostgresException">A row refers to nothing (23503), or there is no such table, column or key.</exception>
    public async Task EnsureAsync(TableName table, string column, TableName referenced, string referencedColumn, CancellationToken cancellationToken)
    {
        var name = PartitionNames.Fit(table.Name, $"_{column}_fkey");
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var exists = new NpgsqlCommand(
            "SELECT count(*) FROM pg_constraint WHERE conrelid = to_regclass($1) AND conname = $2 AND contype = 'f'", connection);
        exists.Parameters.Add(new NpgsqlParameter { Value = table.ToSql() });
        exists.Parameters.Add(new NpgsqlParameter { Value = name });
        if (await exists.ExecuteScalarAsync(cancellationToken) is long and > 0)
        {
            return;
        }

        await using var add = new NpgsqlCommand(
            $"ALTER TABLE {table.ToSql()} ADD CONSTRAINT {SqlIdentifier.Quote(name)} FOREIGN KEY ({SqlIdentifier.Quote(column)}) "
            + $"REFERENCES {referenced.ToSql()} ({SqlIdentifier.Quote(referencedColumn)})",
            connection);
        await add.ExecuteNonQueryAsync(cancellationToken);
    }
}
