using FederatedQuery.Cold;
using FederatedQuery.Federation;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Statistics;
using FederatedQuery.Gateway.Access;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>What tables there are, and figures of them.</summary>
[QueryType]
internal sealed class TableQueries(
    TableRegistry registry, PostgresIntrospector introspector, ColdTables coldTables, TableStatistics statistics, RecommendedSource recommended,
    DataRetention retention)
{
    [Authorize(RoleNames.Reader), GraphQLDescription("Names of Postgres tables; those outside of schema `public` as schema.name, unless `schema` names it.")]
    public Task<IReadOnlyList<string>> PostgresTablesAsync(string? schema, CancellationToken cancellationToken) => Failures.TranslateAsync(async () =>
        Names((await introspector.ListAsync(schema, cancellationToken)).Select(table => (table.Schema, table.Name)), schema, TableName.DefaultSchema));

    [Authorize(RoleNames.Reader), GraphQLDescription("Names of Iceberg tables; those outside of namespace `default` as namespace.name, unless `namespace` names it.")]
    public Task<IReadOnlyList<string>> IcebergTablesAsync(string? @namespace, CancellationToken cancellationToken) => Failures.TranslateAsync(async () =>
        Names(
            (await coldTables.ListAsync(@namespace, cancellationToken)).Select(table => (string.Join('.', table.Namespace), table.Name)),
            @namespace, RegisteredTable.DefaultNamespace));

    [Authorize(RoleNames.Reader), ListSize(AssumedSize = 50)]
    public Task<IReadOnlyList<Table>> TablesAsync(CancellationToken cancellationToken) => Failures.TranslateAsync<IReadOnlyList<Table>>(async () =>
        [.. (await registry.ListAsync(cancellationToken)).Select(table => new Table(table, retention))]);

    [Authorize(RoleNames.Reader)]
    public Task<Table?> TableAsync(string name, string? @namespace, CancellationToken cancellationToken) => Failures.TranslateAsync(async () =>
        await registry.DescribeAsync(@namespace, name, cancellationToken) is { } table ? new Table(table, retention) : null);

    [Authorize(RoleNames.Reader), GraphQLDescription("Exactly one of the two spellings must be given.")]
    public Task<TableStats> PostgresTableStatsAsync(
        string? tableName, [GraphQLName("table_name"), GraphQLDeprecated("Use tableName.")] string? legacyTableName, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(async () =>
            new TableStats(await statistics.OfPostgresAsync(OneOf(tableName, legacyTableName), cancellationToken), retention));

    [Authorize(RoleNames.Reader)]
    public Task<TableStats> IcebergTableStatsAsync(
        string? tableName, [GraphQLName("table_name"), GraphQLDeprecated("Use tableName.")] string? legacyTableName, string? @namespace,
        CancellationToken cancellationToken) =>
        Failures.TranslateAsync(async () =>
            new TableStats(await statistics.OfIcebergAsync(@namespace, OneOf(tableName, legacyTableName), cancellationToken), retention));

    [Authorize(RoleNames.Reader), GraphQLName("getRecommendedDataSource"), GraphQLDescription("Which source to ask for rows of that date.")]
    public Task<DataSource> RecommendedDataSourceAsync(DateTimeOffset date, string? tableName, string? @namespace, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(() => (tableName, @namespace) switch
        {
            ({ } name, _) => recommended.OfTableAsync(@namespace, name, date, cancellationToken),
            (null, null) => recommended.OfAllAsync(date, cancellationToken),
            _ => throw new FederatedQueryException(FailureKind.BadArgument, $"`namespace` is '{@namespace}' and `tableName` is not given; a namespace is that of a table."),
        });

    private static string OneOf(string? tableName, string? legacyTableName) => (tableName, legacyTableName) switch
    {
        ({ } name, null) => name,
        (null, { } name) => name,
        (null, null) => throw Failures.ToGraphQL(new FederatedQueryException(
            FailureKind.BadArgument, "Neither `tableName` nor `table_name` is given; exactly one of the two spellings must be.")),
        _ => throw Failures.ToGraphQL(new FederatedQueryException(
            FailureKind.BadArgument,
            $"Both `tableName` ('{tableName}') and `table_name` ('{legacyTableName}') are given; exactly one of the two spellings must be.")),
    };

    private static IReadOnlyList<string> Names(IEnumerable<(string Space, string Name)> tables, string? asked, string defaultSpace) =>
        [.. tables.Select(table => asked is not null || table.Space == defaultSpace ? table.Name : $"{table.Space}.{table.Name}")];
}
