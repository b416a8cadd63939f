using FederatedQuery.Federation.Registry;
using FederatedQuery.Gateway.Access;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Tiering.Repartition;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>Other layouts of cold tables.</summary>
[MutationType]
internal sealed class RepartitionMutations(RepartitionService repartition, TableRegistry registry)
{
    [Authorize(RoleNames.Admin), GraphQLDescription("Rewrites an Iceberg table into a new layout. Without partitionBy, columns are chosen from the primary key or unique columns.")]
    public Task<RepartitionResult> RepartitionTableAsync(
        string tableName, int? numPartitions, string[]? partitionBy, string? @namespace, CancellationToken cancellationToken) => Failures.TranslateAsync(async () =>
    {
        var table = await registry.RequireAsync(@namespace, tableName, cancellationToken);
        var done = await repartition.RepartitionAsync(
            new TableIdentifier(table.Namespace, table.Name), new RepartitionRequest(numPartitions, partitionBy), cancellationToken);
        registry.Forget();
        return new RepartitionResult(done.Succeeded, done.Message, done.Partitions, done.PartitionColumns, done.Rows, done.FilesBefore, done.FilesAfter);
    });
}

internal sealed record RepartitionResult(
    bool Success, string Message, int NumPartitions, IReadOnlyList<string> PartitionColumns, long RowCount, int FilesBefore, int FilesAfter);
