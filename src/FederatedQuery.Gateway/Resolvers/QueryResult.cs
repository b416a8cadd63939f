using FederatedQuery.Federation;
using FederatedQuery.Federation.Queries;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>The answer to a statement. It reads the answer's pooled memory, which lives as long as the request.</summary>
internal sealed class QueryResult(QueryAnswer answer, DataRetention retention)
{
    [GraphQLDescription("One JSON object per row, keys in column order.")]
    public IJsonStream Data => new RowsStream(answer.RowsJson);

    public IReadOnlyList<ResultColumn> Columns =>
        [.. answer.Columns.Select(column => new ResultColumn(column.Name, column.Type, column.Nullable))];

    public int RowCount => checked((int)answer.RowCount);

    [GraphQLDescription("Seconds, planning included.")]
    public double ExecutionTime => answer.ExecutionTime.TotalSeconds;

    public DataSource DataSource => answer.DataSource;

    public DataRetention DataRetention => retention;

    [GraphQLDescription("True when the gateway added a LIMIT and more rows exist.")]
    public bool Truncated => answer.Truncated;

    public QueryPlan Plan => QueryPlan.Of(answer.Report);

    [GraphQLName("row_count"), GraphQLDeprecated("Use rowCount.")]
    public int LegacyRowCount => RowCount;

    [GraphQLName("execution_time"), GraphQLDeprecated("Use executionTime.")]
    public double LegacyExecutionTime => ExecutionTime;

    [GraphQLName("data_source"), GraphQLDeprecated("Use dataSource.")]
    public DataSource LegacyDataSource => DataSource;

    [GraphQLName("data_retention"), GraphQLDeprecated("Use dataRetention.")]
    public DataRetention LegacyDataRetention => DataRetention;
}

internal sealed record ResultColumn(string Name, string Type, bool Nullable);
