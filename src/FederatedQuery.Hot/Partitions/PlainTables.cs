using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Spec;
using Npgsql;

namespace FederatedQuery.Hot.Partitions;

/// <summary>Tables without partitions, for rows that stay hot, and what tables of either kind get besides columns.</summary>
public static class PlainTables
{
    /// <summary>Makes a table as part of the caller's transaction.</summary>
    /// <param name="primaryKey">May be empty.</param>
    /// <param name="jsonFieldIds">String fields that become jsonb.</param>
    /// <exception cref="HotException">A column is of a type that PostgreSQL has not.</exception>
    /// <exception cref="PostgresException">A table of that name is there (42P07).</exception>
    public static async Task CreateAsync(
        NpgsqlTransaction transaction, TableName table, Schema schema, IReadOnlyList<string> primaryKey, IReadOnlySet<int> jsonFieldIds,
        CancellationToken cancellationToken)
    {
        var types = new PostgresTypeNames(table, jsonFieldIds);
        var lines = schema.Fields
            .Select(field => $"{SqlIdentifier.Quote(field.Name)} {types.Column(field)}{(field.Required ? " NOT NULL" : "")}")
            .ToList();
        if (primaryKey.Count > 0)
        {
            lines.Add($"PRIMARY KEY ({string.Join(", ", primaryKey.Select(SqlIdentifier.Quote))})");
        }

        foreach (var statement in types.CreateTypeStatements.Append($"CREATE TABLE {table.ToSql()} ({string.Join(", ", lines)})"))
        {
            await ExecuteAsync(transaction, statement, cancellationToken);
        }
    }

    /// <summary>Adds a foreign key to another table's key of one column.</summary>
    public static Task AddForeignKeyAsync(
        NpgsqlTransaction transaction, TableName table, string column, TableName referenced, string referencedColumn, CancellationToken cancellationToken) =>
        ExecuteAsync(
            transaction,
            $"ALTER TABLE {table.ToSql()} ADD FOREIGN KEY ({SqlIdentifier.Quote(column)}) REFERENCES {referenced.ToSql()} ({SqlIdentifier.Quote(referencedColumn)})",
            cancellationToken);

    /// <summary>Makes the schema unless it is there.</summary>
    public static Task EnsureSchemaAsync(NpgsqlTransaction transaction, string schema, CancellationToken cancellationToken) =>
        ExecuteAsync(transaction, $"CREATE SCHEMA IF NOT EXISTS {SqlIdentifier.Quote(schema)}", cancellationToken);

    private static async Task ExecuteAsync(NpgsqlTransaction transaction, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, transaction.Connection ?? throw new InvalidOperationException("The transaction has ended."));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
