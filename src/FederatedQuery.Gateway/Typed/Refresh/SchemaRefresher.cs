using FederatedQuery.Federation.Registry;
using FederatedQuery.GraphQL.Transports;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.Gateway.Typed.Refresh;

/// <summary>Makes the schema follow the tables. A new schema takes the place of the old one when it is whole; requests that run keep the one they began with.</summary>
internal sealed partial class SchemaRefresher(GraphQLServer server, TypedTables tables, TableDescriptions descriptions, ILogger<SchemaRefresher> logger) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private string? _printed;

    /// <param name="all">True: every table is looked up; false: those that seem to have changed.</param>
    /// <param name="cancellationToken">Gives up; the schema stays.</param>
    /// <returns>Whether the schema is another one now, and the number of tables it was asked to have.</returns>
    public async Task<(bool Changed, int Tables)> RefreshAsync(bool all, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var (found, mayDiffer) = await descriptions.ReadAsync(all, cancellationToken);
            return (mayDiffer && Use(found), found.Count);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private bool Use(IReadOnlyList<RegisteredTable> found)
    {
        var schema = TryBuild(found, out var problem);
        if (schema is null)
        {
            // Names are made to fit, so this is a fault of the program's; one table's must not cost all the others.
            Log.NotBuilt(logger, problem);
            var good = found.Where(table => IsGood(table)).ToList();
            schema = TryBuild(good, out problem);
            if (schema is null)
            {
                Log.Kept(logger, problem);
                return false;
            }
        }

        // What is printed does not tell which columns are behind the fields.
        var printed = SchemaPrinter.Print(schema) + string.Concat(found.Select(SourceOf));
        if (printed == _printed)
        {
            return false;
        }

        _printed = printed;
        server.Replace(schema);
        Log.Replaced(logger, tables.Tables.Length);
        return true;
    }

    private static string SourceOf(RegisteredTable table) =>
        $"\n{table.Identifier}: {table.Schema.Type}; {string.Join(", ", (table.Hot?.ForeignKeys ?? []).Select(key => $"{string.Join(' ', key.Columns)} {key.ReferencedTable} {string.Join(' ', key.ReferencedColumns)}"))}";

    private bool IsGood(RegisteredTable table)
    {
        if (TryBuild([table], out var problem) is not null)
        {
            return true;
        }

        Log.LeftOut(logger, table.ToString(), problem);
        return false;
    }

    private Schema? TryBuild(IReadOnlyList<RegisteredTable> chosen, out string? problem)
    {
        tables.Use(chosen);
        try
        {
            problem = null;
            return server.Build();
        }
        catch (SchemaException invalid)
        {
            problem = invalid.Message;
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(6101, LogLevel.Information, "The GraphQL schema was made anew, with {Tables} tables")]
        public static partial void Replaced(ILogger logger, int tables);

        [LoggerMessage(6102, LogLevel.Error, "The GraphQL schema of all tables is not valid: {Problem}")]
        public static partial void NotBuilt(ILogger logger, string? problem);

        [LoggerMessage(6103, LogLevel.Error, "Table '{Table}' is left out of the GraphQL schema: {Problem}")]
        public static partial void LeftOut(ILogger logger, string table, string? problem);

        [LoggerMessage(6104, LogLevel.Error, "The GraphQL schema stays as it was: {Problem}")]
        public static partial void Kept(ILogger logger, string? problem);
    }
}
