using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Sql;

namespace FederatedQuery.Federation.Queries;

/// <summary>The first steps of every statement in DuckDB's dialect: parse, refuse, bind parameters, resolve tables.</summary>
internal sealed class StatementReader(TableRegistry registry, TimeProvider time)
{
    /// <returns>The statement with its parameters bound and its limit set, the tables it names, and the limit, if one was set.</returns>
    public async Task<(SqlStatement Statement, IReadOnlyList<TableReference> References, int? Limit)> ReadAsync(
        DuckDBConnection connection, QueryRequest request, CancellationToken cancellationToken)
    {
        CheckLimit(request);
        var statement = await SqlStatement.ParseAsync(connection, request.Sql, cancellationToken);
        StatementGuard.Check(statement.Tree, request.Sql);
        await statement.CheckAsPrintedAsync(connection, cancellationToken);
        await ResultNames.KeepAsync(connection, statement.Tree, cancellationToken);
        StatementParameters.Bind(statement.Tree, request.Parameters);
        StatementClock.Fix(statement.Tree, time.GetUtcNow());
        var references = TableReferenceFinder.Find(statement.Tree);
        return (statement, references, RowLimit.Apply(statement.Tree, request.Limit));
    }

    public static void CheckLimit(QueryRequest request)
    {
        if (request.Limit is < 1)
        {
            throw new FederatedQueryException(FailureKind.BadArgument, $"`limit` is {request.Limit}; it must be 1 or more.");
        }
    }

    public async Task<RegisteredTable> ResolveAsync(SqlStatement statement, TableReference reference, CancellationToken cancellationToken) =>
        await registry.FindAsync(reference.Schema, reference.Name, cancellationToken)
        ?? throw Unknown(statement, reference, await registry.UnknownMessageAsync(reference.Schema, reference.Name, cancellationToken));

    public static FederatedQueryException Unknown(SqlStatement statement, TableReference reference, string message) =>
        reference.Node.Location() is { } location
            ? FederatedQueryException.At(FailureKind.UnknownTable, message, SqlPosition.OfByte(statement.Text, location))
            : new FederatedQueryException(FailureKind.UnknownTable, message);
}
