using FederatedQuery.Cold;
using FederatedQuery.Federation.Reading;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Sql;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Scans;

namespace FederatedQuery.Federation.Queries;

/// <summary>What a statement needs of the tables that it names, before it is planned.</summary>
internal sealed class StatementTables(TableRegistry registry, ColdTables coldTables, PostgresConnections connections, HotConnectionGate hotConnections, QueryOptions options)
{
    /// <summary>How many connections to PostgreSQL the statement may need at once.</summary>
    /// <exception cref="FederatedQueryException">BadArgument: more than there are.</exception>
    public int HotPlaces(IReadOnlyList<(TableReference Reference, RegisteredTable Table)> tables)
    {
        var hotReads = tables.Count(table => table.Table.Hot is not null);
        return hotReads <= hotConnections.Places
            ? Math.Max(1, hotReads)
            : throw new FederatedQueryException(
                FailureKind.BadArgument,
                $"The statement reads hot tables in {hotReads} places; POSTGRES_POOL_SIZE allows {hotConnections.Places} at once. Read a table once in a "
                + "common table expression (WITH t AS MATERIALIZED ...) instead of many times.");
    }

    /// <param name="question">What else is to be asked of the session's snapshot; null: nothing.</param>
    /// <exception cref="ColumnsChangedException">A table has other columns than it is described with; it is described anew when it is looked up again.</exception>
    public async Task<ReadSession> OpenSessionAsync(IReadOnlyList<RegisteredTable> tables, CancellationToken cancellationToken, SessionQuestion? question = null)
    {
        try
        {
            return await ReadSession.OpenAsync(connections, coldTables, tables, options.Timeout, exactly: true, question, cancellationToken);
        }
        catch (ColumnsChangedException)
        {
            registry.Forget();
            throw;
        }
    }

    /// <summary>The cold side of each table, as its catalog has it now.</summary>
    /// <exception cref="FederatedQueryException">UnknownTable: one has none.</exception>
    public async Task<List<(TableReference Reference, RegisteredTable Table, ColdTable Cold)>> LoadColdAsync(
        SqlStatement statement, IReadOnlyList<(TableReference Reference, RegisteredTable Table)> named, CancellationToken cancellationToken)
    {
        var tables = new List<(TableReference Reference, RegisteredTable Table, ColdTable Cold)>();
        foreach (var (reference, table) in named)
        {
            var cold = await coldTables.FindAsync(table.Identifier, null, cancellationToken)
                ?? throw StatementReader.Unknown(statement, reference, $"Table '{table}' has no rows in the cold tier; ask `federatedQuery` or `postgresQuery`.");
            tables.Add((reference, table, cold));
        }

        return tables;
    }
}
