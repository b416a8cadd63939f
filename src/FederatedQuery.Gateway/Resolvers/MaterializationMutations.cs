using FederatedQuery.Federation;
using FederatedQuery.Federation.Materialized;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Gateway.Access;
using FederatedQuery.GraphQL.Types.Annotations;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>Results that are stored by order, and dropped.</summary>
[MutationType]
internal sealed class MaterializationMutations(QueryService queries)
{
    [Authorize(RoleNames.Admin), GraphQLDescription("Runs a statement as `federatedQuery` does, stores all of its rows, and answers it from them while its tables hold the same, for `ttlSeconds` at most.")]
    public Task<MaterializeResult> MaterializeQueryAsync(string query, int? ttlSeconds, CancellationToken cancellationToken) => Failures.TranslateAsync(async () =>
    {
        if (ttlSeconds is < 1 or > MaterializationOptions.MaximumTimeToLiveSeconds)
        {
            throw new FederatedQueryException(
                FailureKind.BadArgument, $"`ttlSeconds` is {ttlSeconds}; it must be from 1 to {MaterializationOptions.MaximumTimeToLiveSeconds}, which is a year.");
        }

        var stored = await queries.MaterializeAsync(
            new QueryRequest { Sql = query }, ttlSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, cancellationToken);
        return new MaterializeResult(
            true, $"Stored {stored.RowCount:N0} rows in {stored.Bytes:N0} bytes.", stored.RowCount, stored.Columns, stored.ExpiresAt);
    });

    [Authorize(RoleNames.Admin), GraphQLDescription("Drops the stored results of a statement, whatever parameters it was run with.")]
    public Task<MutationResult> DropMaterializationAsync(string query, CancellationToken cancellationToken) => Failures.TranslateAsync(async () =>
        await queries.DropMaterializationAsync(query, cancellationToken) switch
        {
            0 => new MutationResult(false, "No result of this statement is stored."),
            1 => new MutationResult(true, "Dropped the stored result of this statement."),
            var count => new MutationResult(true, $"Dropped {count} stored results of this statement, which was run with different parameters."),
        });
}

internal sealed record MaterializeResult(
    bool Success, string Message, long RowCount, IReadOnlyList<string> Columns, DateTimeOffset ExpiresAt);
