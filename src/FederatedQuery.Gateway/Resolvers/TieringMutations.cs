using System.ComponentModel;
using FederatedQuery.Federation.Registry;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.Tiering;
using FederatedQuery.Tiering.Tables;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>Settings of tiered tables, and moves.</summary>
[MutationType]
internal sealed class TieringMutations(TieringService tiering, TableRegistry registry, DataRetention retention)
{
    [GraphQLDescription("Turns a Postgres table into a tiered one, or changes its settings.")]
    public Task<Table> ConfigureTieringAsync(ConfigureTieringInput input, CancellationToken cancellationToken) => Failures.TranslateAsync(async () =>
    {
        var configured = await tiering.ConfigureAsync(
            new ConfigureTiering
            {
                TableName = input.TableName,
                TimeColumn = input.TimeColumn,
                HotDays = input.HotDays,
                ColdDays = input.ColdDays,
                PartitionBy = input.PartitionBy,
            },
            cancellationToken);
        registry.Forget();
        return new Table(await registry.RequireAsync(configured.Namespace, configured.Name, cancellationToken), retention);
    });

    [GraphQLDescription("Moves everything older than `before` (default: now - hotDays) to the cold tier.")]
    public Task<JobView> ArchiveTableAsync(string tableName, DateTimeOffset? before, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(async () => new JobView(await tiering.ArchiveAsync(tableName, before, cancellationToken)));
}

internal sealed record ConfigureTieringInput(
    string TableName,
    string TimeColumn,
    [property: DefaultValue(30)] int? HotDays,
    [property: DefaultValue(730)] int? ColdDays,
    IReadOnlyList<string>? PartitionBy);
