using System.Data;
using System.Globalization;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Spec;
using Npgsql;

namespace FederatedQuery.Hot.Erasing;

/// <summary>
/// Deletes rows of a table by their primary keys, exactly as a read session saw them: a row that was changed since is not deleted, but the transaction fails (40001), and the
/// caller looks again.
/// </summary>
public sealed class HotEraser
{
    private readonly NpgsqlDataSource _source;
    private readonly HotReadSession _session;
    private readonly string _delete;

    private HotEraser(NpgsqlDataSource source, HotReadSession session, string delete)
    {
        _source = source;
        _session = session;
        _delete = delete;
    }

    /// <param name="source">The owner's connections.</param>
    /// <param name="session">Stays open meanwhile, for its snapshot.</param>
    /// <param name="table">Has a primary key.</param>
    /// <exception cref="HotException">A column of the key is of a type that has no text form here.</exception>
    public static async Task<HotEraser> OpenAsync(NpgsqlDataSource source, HotReadSession session, PostgresTable table, CancellationToken cancellationToken)
    {
        var types = await TypesAsync(source, table, cancellationToken);
        var key = table.PrimaryKey.Index().Select(column => (
            Name: SqlIdentifier.Quote(column.Item), Field: table.FindColumn(column.Item)!.Field, Parameter: column.Index + 1, Type: types[column.Item])).ToList();
        if (key.FirstOrDefault(column => column.Field.Type is not PrimitiveType) is { Name: not null } nested)
        {
            throw new HotException(HotErrorKind.Unsupported, $"Rows of '{table.Name}' cannot be deleted by their key: its column {nested.Name} is of type {nested.Type}.");
        }

        var names = string.Join(", ", key.Select(column => column.Name));
        var values = string.Join(", ", key.Select(column => string.Create(CultureInfo.InvariantCulture, $"k{column.Parameter}::{column.Type}")));
        var arrays = string.Join(", ", key.Select(column => string.Create(CultureInfo.InvariantCulture, $"${column.Parameter}::text[]")));
        var aliases = string.Join(", ", key.Select(column => string.Create(CultureInfo.InvariantCulture, $"k{column.Parameter}")));
        return new HotEraser(source, session, $"""
            WITH gone AS (
              DELETE FROM {table.Name.ToSql()} WHERE ({names}) IN (SELECT {values} FROM unnest({arrays}) AS keys ({aliases})) RETURNING tableoid)
            SELECT tableoid::regclass::text, count(*) FROM gone GROUP BY 1
            """);
    }

    /// <summary>A key column as the text that PostgreSQL reads, as DuckDB's SQL.</summary>
    public static string KeyText(string column, IcebergType type) => type is BinaryType or FixedType ? $"'\\x' || hex({column})" : $"{column}::VARCHAR";

    /// <summary>Deletes rows in a transaction of its own.</summary>
    /// <param name="keys">The text of each key column, in the order of the primary key; all of them distinct keys.</param>
    /// <param name="record">Called in the transaction: what it writes stays if and only if the rows are gone.</param>
    /// <returns>The tables (partitions) that rows were deleted from, and how many, as PostgreSQL's SQL names them.</returns>
    /// <exception cref="PostgresException">A row was changed meanwhile (40001); a foreign key holds one (23503); a lock was not to be had.</exception>
    public async Task<IReadOnlyList<(string Partition, long Rows)>> DeleteAsync(
        IReadOnlyList<string[]> keys, Func<NpgsqlTransaction, IReadOnlyList<(string Partition, long Rows)>, Task> record, CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using (var snapshot = new NpgsqlCommand(
            $"SET TRANSACTION SNAPSHOT {SqlLiteral.Text(_session.SnapshotId)}; SET LOCAL lock_timeout = '10s'", connection, transaction))
        {
            await snapshot.ExecuteNonQueryAsync(cancellationToken);
        }

        var deleted = new List<(string Partition, long Rows)>();
        await using (var command = new NpgsqlCommand(_delete, connection, transaction))
        {
            foreach (var column in keys)
            {
                command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = column });
            }

            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                deleted.Add((reader.GetString(0), reader.GetInt64(1)));
            }
        }

        var rows = deleted.Sum(partition => partition.Rows);
        if (rows != keys[0].Length)
        {
            throw new HotException(
                HotErrorKind.Unsupported, $"{rows} rows were deleted where {keys[0].Length} were to be: a trigger or rule of the table interferes. They were not deleted.");
        }

        await record(transaction, deleted);
        await transaction.CommitAsync(cancellationToken);
        return deleted;
    }

    /// <summary>Frees what deleted rows took: until then their bytes are in the table. A table that is gone is fine.</summary>
    /// <param name="partition">As <see cref="DeleteAsync"/> names it.</param>
    /// <returns>Null when it was done; else why not.</returns>
    public static async Task<string?> VacuumAsync(NpgsqlDataSource source, string partition, TimeSpan patience, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"VACUUM {partition}", connection) { CommandTimeout = Math.Max(1, (int)patience.TotalSeconds) };
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
            return null;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return null;
        }
        catch (NpgsqlException error)
        {
            return error.Message;
        }
    }

    private static async Task<Dictionary<string, string>> TypesAsync(NpgsqlDataSource source, PostgresTable table, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_catalog.pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = table.Name.ToSql() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            types[reader.GetString(0)] = reader.GetString(1);
        }

        return types;
    }
}
