using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using Npgsql;

namespace FederatedQuery.Hot.Control.Mutations;

/// <summary>Which tables' rows may be changed, and how: nothing, unless somebody has allowed it.</summary>
public sealed class RowMutationStore(PostgresConnections connections)
{
    /// <returns><see cref="RowMutations.None"/> for a table that nobody has allowed anything.</returns>
    public async Task<RowMutations> FindAsync(TableName table, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        return await FindAsync(connection, table, isHeld: false, cancellationToken);
    }

    /// <summary>As the connection's transaction sees it.</summary>
    /// <param name="isHeld">Whether whoever wants to change it has to wait for the end of the transaction.</param>
    public static async Task<RowMutations> FindAsync(NpgsqlConnection connection, TableName table, bool isHeld, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT operations FROM federated_query.row_mutations WHERE schema_name = $1 AND table_name = $2{(isHeld ? " FOR SHARE" : "")}", connection);
        Add(command, table);
        return await command.ExecuteScalarAsync(cancellationToken) is int operations ? (RowMutations)operations & RowMutations.All : RowMutations.None;
    }

    /// <summary>From now on these and no others; waits for changes of rows that are under way.</summary>
    public static async Task SaveAsync(NpgsqlTransaction transaction, TableName table, RowMutations allowed, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            allowed == RowMutations.None
                ? "DELETE FROM federated_query.row_mutations WHERE schema_name = $1 AND table_name = $2"
                : """
                  INSERT INTO federated_query.row_mutations (schema_name, table_name, operations) VALUES ($1, $2, $3)
                  ON CONFLICT (schema_name, table_name) DO UPDATE SET operations = excluded.operations
                  """,
            transaction.Connection,
            transaction);
        Add(command, table);
        if (allowed != RowMutations.None)
        {
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = (int)allowed });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Whether something is a table of PostgreSQL's own, partitioned or not.</summary>
    /// <returns>False: a view or a foreign table. Null: there is none of the name.</returns>
    public static async Task<bool?> IsTableAsync(NpgsqlTransaction transaction, TableName table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
             SELECT c.relkind IN ('r', 'p') FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {PostgresIntrospector.IsUsers}
             """,
            transaction.Connection,
            transaction);
        Add(command, table);
        return (bool?)await command.ExecuteScalarAsync(cancellationToken);
    }

    private static void Add(NpgsqlCommand command, TableName table)
    {
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = table.Schema });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = table.Name });
    }
}
