using System.Data;
using System.Globalization;
using System.Text.Json.Nodes;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Estimates;
using FederatedQuery.Hot.Scans;
using Npgsql;

namespace FederatedQuery.Hot.Statements;

/// <summary>
/// Runs one raw query as the role that owns nothing, in a read-only transaction, and gives its rows as chunks: the same decoders and the
/// same JSON as everything else that comes from PostgreSQL.
/// </summary>
public sealed class PostgresStatementRunner(PostgresConnections connections)
{
    /// <param name="sql">As the user wrote it.</param>
    /// <param name="parameters">A JSON array of the values of $1, $2, ...; null: none.</param>
    /// <param name="limit">Adds LIMIT; null: no limit.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <exception cref="HotException">The statement is refused, or a parameter is wrong.</exception>
    /// <exception cref="PostgresException">PostgreSQL refuses it; positions are those of <paramref name="sql"/> when there are no parameters.</exception>
    public async Task<PostgresRows> OpenAsync(string sql, JsonNode? parameters, long? limit, CancellationToken cancellationToken)
    {
        var bound = PostgresParameters.Bind(sql, PostgresStatementGuard.Check(sql), parameters);
        var connection = await connections.Query.OpenConnectionAsync(cancellationToken);
        try
        {
            var (select, columns) = await BeginAsync(connection, bound, limit, cancellationToken);
            var stream = await connection.BeginRawBinaryCopyAsync(CopyStatement.Copy(select), cancellationToken);
            return new PostgresRows(connection, stream, columns, select);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The planner's plan of a statement that does not run.</summary>
    /// <param name="sql">As the user wrote it.</param>
    /// <param name="parameters">A JSON array of the values of $1, $2, ...; null: none.</param>
    /// <param name="limit">Of the LIMIT that would be added; null: none.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <returns>The statement as PostgreSQL would get it, and its plan for <see cref="HotEstimator.BoundAsync"/>.</returns>
    /// <exception cref="HotException">As of <see cref="OpenAsync"/>.</exception>
    /// <exception cref="PostgresException">As of <see cref="OpenAsync"/>.</exception>
    public async Task<(string Sql, string Plan)> ExplainAsync(string sql, JsonNode? parameters, long? limit, CancellationToken cancellationToken)
    {
        var bound = PostgresParameters.Bind(sql, PostgresStatementGuard.Check(sql), parameters);
        await using var connection = await connections.Query.OpenConnectionAsync(cancellationToken);
        var (select, _) = await BeginAsync(connection, bound, limit, cancellationToken);
        return (select, await HotEstimator.ExplainAsync(connection, select, cancellationToken));
    }

    /// <summary>
    /// True when the statement sets a LIMIT itself or aggregates, so that no limit needs adding. Decided by its outermost words; a wrong guess
    /// costs a limit too many or too few, never a wrong row.
    /// </summary>
    public static bool LimitsItself(string sql)
    {
        var depth = 0;
        var tokens = PostgresStatementGuard.Check(sql);
        for (var i = 0; i < tokens.Count; i++)
        {
            depth += tokens[i].IsSymbol('(') ? 1 : tokens[i].IsSymbol(')') ? -1 : 0;
            if (depth != 0 || tokens[i].Kind != PostgresTokenKind.Word)
            {
                continue;
            }

            var called = i + 1 < tokens.Count && tokens[i + 1].IsSymbol('(');
            if (tokens[i].Text is "limit" or "fetch" or "group" || (called && PostgresFunctions.IsAggregate(tokens[i].Text) && !IsWindow(tokens, i + 1)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsWindow(IReadOnlyList<PostgresToken> tokens, int open)
    {
        var depth = 0;
        for (var i = open; i < tokens.Count; i++)
        {
            depth += tokens[i].IsSymbol('(') ? 1 : tokens[i].IsSymbol(')') ? -1 : 0;
            if (depth == 0)
            {
                return i + 1 < tokens.Count && (tokens[i + 1].IsWord("over") || tokens[i + 1].IsWord("filter"));
            }
        }

        return false;
    }

    /// <summary>Begins a transaction that cannot change anything, and says the statement as it is to run.</summary>
    private static async Task<(string Select, IReadOnlyList<StatementColumn> Columns)> BeginAsync(
        NpgsqlConnection connection, string sql, long? limit, CancellationToken cancellationToken)
    {
        // Closing the connection ends the transaction.
        await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using (var readOnly = new NpgsqlCommand("SET TRANSACTION READ ONLY", connection))
        {
            await readOnly.ExecuteNonQueryAsync(cancellationToken);
        }

        var columns = await DescribeAsync(connection, sql, cancellationToken);
        return (Select(sql, columns, limit), columns);
    }

    /// <summary>Asks PostgreSQL for the columns without running the statement.</summary>
    private static async Task<IReadOnlyList<StatementColumn>> DescribeAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SchemaOnly, cancellationToken);
        var columns = Enumerable.Range(0, reader.FieldCount)
            .Select(i => StatementColumn.Of(reader.GetName(i), reader.GetDataTypeName(i)))
            .ToList();
        return columns.Count > 0
            ? columns
            : throw new HotException(HotErrorKind.NotAllowed, "The statement gives no columns; select at least one.");
    }

    private static string Select(string sql, IReadOnlyList<StatementColumn> columns, long? limit)
    {
        var names = columns.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"c{i}")).ToList();
        var items = columns.Select((column, i) => string.Format(CultureInfo.InvariantCulture, column.Expression, names[i]));
        var end = limit is { } most ? string.Create(CultureInfo.InvariantCulture, $" LIMIT {most}") : "";
        // On lines of its own: the statement may end in a comment.
        return $"SELECT {string.Join(", ", items)} FROM (\n{sql}\n) AS statement({string.Join(", ", names)}){end}";
    }
}
