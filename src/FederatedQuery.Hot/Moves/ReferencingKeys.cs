using FederatedQuery.Hot.Sql;
using Npgsql;

namespace FederatedQuery.Hot.Moves;

/// <summary>Finds foreign keys that hold a table's rows in PostgreSQL.</summary>
public static class ReferencingKeys
{
    /// <returns>The constraints that point at the table, as <c>name of table</c>, by name.</returns>
    public static async Task<IReadOnlyList<string>> ListAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT format('%s of %s', conname, conrelid::regclass) FROM pg_catalog.pg_constraint
            WHERE contype = 'f' AND confrelid = $1::regclass AND conparentid = 0 ORDER BY 1
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = table.ToSql() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var keys = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            keys.Add(reader.GetString(0));
        }

        return keys;
    }
}
