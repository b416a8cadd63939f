using System.Globalization;
using FederatedQuery.Federation.Queries;
using FederatedQuery.GraphQL.Types.Annotations;

namespace FederatedQuery.Gateway.Resolvers;

[GraphQLDescription("What a query did in each tier.")]
internal sealed record QueryPlan(
    HotPlan? Hot,
    ColdPlan? Cold,
    [property: GraphQLDescription("The SQL that merged both tiers, in DuckDB's dialect.")] string Sql)
{
    public static QueryPlan Of(QueryReport report) => new(
        report.Hot is { } hot ? new HotPlan(hot.Sql, hot.Rows, hot.Milliseconds) : null,
        report.Cold is { } cold
            ? new ColdPlan(
                cold.SnapshotId?.ToString(CultureInfo.InvariantCulture), cold.FilesTotal, cold.FilesRead, cold.BytesRead, cold.BytesFetched,
                cold.Rows, cold.Milliseconds)
            : null,
        report.Sql);
}

internal sealed record HotPlan(string Sql, long Rows, double Milliseconds);

internal sealed record ColdPlan(
    string? SnapshotId,
    int FilesTotal,
    int FilesRead,
    long BytesRead,
    [property: GraphQLDescription("Bytes that had to come from the object store; the rest came from the local cache.")] long BytesFetched,
    long Rows,
    double Milliseconds);
