using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedQuery.Federation;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Gateway.Access;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Annotations;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>The SQL fields.</summary>
[QueryType]
internal sealed class SqlQueries(QueryService queries, RequestAnswers answers, DataRetention retention)
{
    /// <summary>One statement may keep both tiers busy: fifty in an operation are as many as its field cost allows.</summary>
    private const double StatementCost = 200;

    [Authorize(RoleNames.Reader), Cost(StatementCost), GraphQLDescription("Runs one read-only statement on Postgres, in its own dialect.")]
    public Task<QueryResult> PostgresQueryAsync(
        string query, JsonElement? parameters, int? limit, IResolverContext context, CancellationToken cancellationToken) =>
        AnswerAsync(context, () => queries.RunPostgresAsync(Request(context, query, parameters, limit), cancellationToken));

    [Authorize(RoleNames.Reader), Cost(StatementCost), GraphQLDescription("Runs one SELECT over Iceberg tables, in DuckDB's dialect. `asOf` or `snapshotId` reads the past, `ref` a branch or tag.")]
    public Task<QueryResult> IcebergQueryAsync(
        string query, JsonElement? parameters, int? limit, DateTimeOffset? asOf, string? snapshotId, string? @ref, IResolverContext context,
        CancellationToken cancellationToken) =>
        AnswerAsync(context, () => queries.RunIcebergAsync(
            Request(context, query, parameters, limit), new TimeTravel { AsOf = asOf, SnapshotId = SnapshotId(snapshotId), Ref = @ref }, cancellationToken));

    [Authorize(RoleNames.Reader), Cost(StatementCost), GraphQLDescription("Runs one SELECT in DuckDB's dialect in which every table is read from both tiers as one.")]
    public Task<QueryResult> FederatedQueryAsync(
        string query, JsonElement? parameters, int? limit, IResolverContext context, CancellationToken cancellationToken) =>
        AnswerAsync(context, () => queries.RunFederatedAsync(Request(context, query, parameters, limit), cancellationToken));

    [Authorize(RoleNames.Reader), Cost(StatementCost), GraphQLDescription("What a statement would cost, without running it.")]
    public Task<QueryEstimate> ExplainQueryAsync(
        string query, [DefaultValue(DataSource.Federated)] DataSource? source, JsonElement? parameters, IResolverContext context, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(async () => new QueryEstimate(
            await queries.ExplainAsync(Request(context, query, parameters, limit: null), source ?? DataSource.Federated, cancellationToken)));

    private Task<QueryResult> AnswerAsync(IResolverContext context, Func<Task<QueryAnswer>> run) => Failures.TranslateAsync(async () =>
    {
        var answer = await run();
        answers.Add(answer, context);
        return new QueryResult(answer, retention);
    });

    private static QueryRequest Request(IResolverContext context, string query, JsonElement? parameters, int? limit) => new()
    {
        Sql = query,
        Parameters = parameters is { ValueKind: not JsonValueKind.Null } given ? JsonNode.Parse(given.GetRawText()) : null,
        Limit = limit,
        Caller = context.Caller(),
    };

    private static long? SnapshotId(string? text) => text is null
        ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new FederatedQueryException(
                FailureKind.BadArgument, $"`snapshotId` is '{text}'; it must be a whole number, such as an id of `table {{ snapshots {{ id }} }}`.");
}
