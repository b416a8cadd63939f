using FederatedQuery.Federation.Registry;
using FederatedQuery.Hot.Control;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Federation.Queries;

/// <summary>
/// Which source to ask for rows of a moment, by how long tables keep their rows and by where the boundary between their tiers is now. A recommendation: rows that
/// arrive late stay hot until the next move, and only <see cref="DataSource.Federated"/> finds every row wherever it is.
/// </summary>
public sealed class RecommendedSource(TableRegistry registry, TieredTableStore tieredTables, IOptions<QueryOptions> options, TimeProvider time)
{
    /// <summary>For all tiered tables: where each of them has rows of that moment, or both tiers where they differ.</summary>
    public async Task<DataSource> OfAllAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        var tables = await tieredTables.ListAsync(cancellationToken);

        // Without tables of its own a gateway answers as one that was just set up does: nothing has moved yet.
        var sources = tables.Select(table => Of(table, moment)).DefaultIfEmpty(Of(null, moment)).ToHashSet();
        if (sources.Count > 1)
        {
            sources.Remove(DataSource.None);
        }

        return sources.Count == 1 ? sources.Single() : DataSource.Federated;
    }

    /// <summary>For one table. Those of one tier are asked there, whatever the moment: nothing moves or ends by itself in them.</summary>
    /// <param name="tableNamespace">Null: <c>default</c>.</param>
    /// <exception cref="FederatedQueryException">UnknownTable.</exception>
    public async Task<DataSource> OfTableAsync(string? tableNamespace, string name, DateTimeOffset moment, CancellationToken cancellationToken)
    {
        var table = await registry.RequireAsync(tableNamespace, name, cancellationToken);
        return table is { Hot: { } hot, Tiering: not null } && await tieredTables.FindAsync(hot.Name, cancellationToken) is { } tiered
            ? Of(tiered, moment)
            : table.DataSource;
    }

    private DataSource Of(TieredTable? table, DateTimeOffset moment)
    {
        var age = time.GetUtcNow() - moment;
        if (age > TimeSpan.FromDays(table?.ColdDays ?? options.Value.ColdRetentionDays))
        {
            return DataSource.None;
        }

        if (table?.Boundary is { } boundary)
        {
            return moment < boundary ? DataSource.Iceberg : DataSource.Postgres;
        }

        // Nothing has moved. What is due to move may be loaded into the cold tier straight away, though.
        return age <= TimeSpan.FromDays(table?.HotDays ?? options.Value.HotRetentionDays) ? DataSource.Postgres : DataSource.Federated;
    }
}
