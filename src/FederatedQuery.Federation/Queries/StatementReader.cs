using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Materialized;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Sql;

namespace FederatedQuery.Federation.Queries;

/// <summary>The first steps of every statement in DuckDB's dialect: parse, refuse, bind parameters, resolve tables.</summary>
internal sealed class StatementReader(TableRegistry registry, TimeProvider time)
{
    /// <param name="isWhole">True: without the LIMIT that answers get.</param>
    public async Task<ReadStatement> ReadAsync(DuckDBConnection connection, QueryRequest request, bool isWhole, CancellationToken cancellationToken)
    {
        CheckLimit(request);
        var statement = await SqlStatement.ParseAsync(connection, request.Sql, cancellationToken);
        StatementGuard.Check(statement.Tree, request.Sql);
        await statement.CheckAsPrintedAsync(connection, cancellationToken);
        await ResultNames.KeepAsync(connection, statement.Tree, cancellationToken);
        var traits = StatementTraits.Of(statement.Tree);
        StatementParameters.Bind(statement.Tree, request.Parameters);
        StatementClock.Fix(statement.Tree, time.GetUtcNow());
        var references = TableReferenceFinder.Find(statement.Tree);
        var digest = traits.Volatile is null ? StatementDigest.Of(statement.Tree, references) : null;
        return new ReadStatement(statement, references, isWhole ? null : RowLimit.Apply(statement.Tree, request.Limit), traits, digest);
    }

    /// <summary>A hash of the statement as written, parameters unbound, and of the tables that it names.</summary>
    public async Task<byte[]> HashAsync(DuckDBConnection connection, string sql, CancellationToken cancellationToken)
    {
        var statement = await SqlStatement.ParseAsync(connection, sql, cancellationToken);
        var references = TableReferenceFinder.Find(statement.Tree);
        var tables = await ResolveAsync(statement, references, cancellationToken);
        return MaterializationSubject.StatementOf(StatementDigest.Of(statement.Tree, references), tables.Select(table => table.Table.Identifier.ToString()));
    }

    public static void CheckLimit(QueryRequest request)
    {
        if (request.Limit is < 1)
        {
            throw new FederatedQueryException(FailureKind.BadArgument, $"`limit` is {request.Limit}; it must be 1 or more.");
        }
    }

    /// <exception cref="FederatedQueryException">Of kind <see cref="FailureKind.UnknownTable"/>, at the place of the name.</exception>
    public async Task<List<(TableReference Reference, RegisteredTable Table)>> ResolveAsync(
        SqlStatement statement, IReadOnlyList<TableReference> references, CancellationToken cancellationToken)
    {
        var tables = new List<(TableReference Reference, RegisteredTable Table)>();
        foreach (var reference in references)
        {
            var table = await registry.FindAsync(reference.Schema, reference.Name, cancellationToken)
                ?? throw Unknown(statement, reference, await registry.UnknownMessageAsync(reference.Schema, reference.Name, cancellationToken));
            tables.Add((reference, table));
        }

        return tables;
    }

    public static FederatedQueryException Unknown(SqlStatement statement, TableReference reference, string message) =>
        reference.Node.Location() is { } location
            ? FederatedQueryException.At(FailureKind.UnknownTable, message, SqlPosition.OfByte(statement.Text, location))
            : new FederatedQueryException(FailureKind.UnknownTable, message);
}
