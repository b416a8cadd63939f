using System.ComponentModel;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Gateway.Access;
using FederatedQuery.Gateway.Typed.Refresh;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.Tiering;
using FederatedQuery.Tiering.RowChanges;
using FederatedQuery.Tiering.Tables;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>Settings of tiered tables, and moves.</summary>
[MutationType]
internal sealed class TieringMutations(TieringService tiering, RowMutationSettings mutations, TableRegistry registry, DataRetention retention)
{
    [Authorize(RoleNames.Admin), GraphQLDescription("Turns a Postgres table into a tiered one, or changes its settings.")]
    public Task<Table> ConfigureTieringAsync(ConfigureTieringInput input, CancellationToken cancellationToken) => Failures.TranslateAsync(async () =>
    {
        RequireTyped(input.TableName, input.RowMutations);
        var configured = await tiering.ConfigureAsync(
            new ConfigureTiering
            {
                TableName = input.TableName,
                TimeColumn = input.TimeColumn,
                HotDays = input.HotDays,
                ColdDays = input.ColdDays,
                PartitionBy = input.PartitionBy,
                RowMutations = input.RowMutations?.ToFlags(),
            },
            cancellationToken);
        registry.Forget();
        return new Table(await registry.RequireAsync(configured.Namespace, configured.Name, cancellationToken), retention);
    });

    [Authorize(RoleNames.Admin), GraphQLDescription("Says what may be done to the rows of a table of Postgres, tiered or not, by mutations that are then generated; at first nothing. An empty list takes them away.")]
    public Task<Table> ConfigureRowMutationsAsync(string tableName, IReadOnlyList<RowMutation> allow, CancellationToken cancellationToken) => Failures.TranslateAsync(async () =>
    {
        RequireTyped(tableName, allow);
        var table = await mutations.AllowAsync(tableName, allow.ToFlags(), cancellationToken);
        registry.Forget();
        return new Table(await registry.RequireAsync(TableRegistry.NamespaceOf(table.Schema), table.Name, cancellationToken), retention);
    });

    [Authorize(RoleNames.Admin), GraphQLDescription("Moves everything older than `before` (default: now - hotDays) to the cold tier.")]
    public Task<JobView> ArchiveTableAsync(string tableName, DateTimeOffset? before, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(async () => new JobView(await tiering.ArchiveAsync(tableName, before, cancellationToken)));

    /// <summary>Mutations are generated with the types of a table, and log records have fields of their own.</summary>
    private static void RequireTyped(string tableName, IReadOnlyList<RowMutation>? allowed)
    {
        var table = TableNames.Parse(tableName);
        if (allowed is { Count: > 0 } && !TypedTables.IsTyped(TableNames.NamespaceOf(table), table.Name))
        {
            throw new TieringException(TieringErrorKind.NotAllowed, $"Rows of table '{table}' are log records, which come in by `ingestLogs` and are not changed.");
        }
    }
}

internal sealed record ConfigureTieringInput(
    string TableName,
    string TimeColumn,
    [property: DefaultValue(30)] int? HotDays,
    [property: DefaultValue(730)] int? ColdDays,
    IReadOnlyList<string>? PartitionBy,
    [property: GraphQLDescription("What may be done to the table's rows by mutations; not given: as it is, at first nothing.")] IReadOnlyList<RowMutation>? RowMutations);
