using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace FederatedQuery.Hot.Introspection;

/// <summary>
/// Whether a table's columns are those that a description was made of. Statements name columns, and a name may be another column's by now: who is about to run some that were made
/// before looks here, once a lock keeps the columns as they are.
/// </summary>
public static class DescribedColumns
{
    private const string Sql =
        """
        SELECT a.attnum::int, a.attname::text FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
        """;

    /// <param name="connection">In a transaction that holds a lock of the table, and sees what others have committed before that.</param>
    /// <param name="oid">Of the table; another one's columns are others.</param>
    /// <param name="list">Of the description, by <see cref="PostgresTable.ColumnList"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<bool> AreStillAsync(NpgsqlConnection connection, uint oid, string list, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Ask(oid) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await ReadAsync(reader, cancellationToken) == list;
    }

    /// <summary>Asks for a table's columns as part of a caller's own round trip; <see cref="ReadAsync"/> reads the answer.</summary>
    public static NpgsqlBatchCommand Ask(uint oid) => new(Sql) { Parameters = { new NpgsqlParameter { Value = oid, NpgsqlDbType = NpgsqlDbType.Oid } } };

    /// <returns>As <see cref="PostgresTable.ColumnList"/>.</returns>
    public static async Task<string> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var columns = new List<(int, string)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            columns.Add((reader.GetInt32(0), reader.GetString(1)));
        }

        return ListOf(columns);
    }

    /// <summary>Whether a name of one list is another column's in the other.</summary>
    public static bool AnyIsAnothers(string described, string now)
    {
        ArgumentNullException.ThrowIfNull(described);
        ArgumentNullException.ThrowIfNull(now);
        var numbers = Split(now).ToDictionary(column => column.Name, column => column.Number, StringComparer.Ordinal);
        return Split(described).Any(column => numbers.TryGetValue(column.Name, out var number) && number != column.Number);
    }

    private static IEnumerable<(string Number, string Name)> Split(string list) =>
        list.Split('\n').Select(line => line.IndexOf(' ', StringComparison.Ordinal) is var space and >= 0 ? (line[..space], line[(space + 1)..]) : ("", line));

    /// <summary>By number, one a line.</summary>
    internal static string ListOf(IEnumerable<(int Number, string Name)> columns) =>
        string.Join('\n', columns.Select(column => string.Create(CultureInfo.InvariantCulture, $"{column.Number} {column.Name}")));
}
