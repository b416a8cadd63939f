using FederatedQuery.Cold.Staging;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Partitions;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Tiering.Moves;
using FederatedQuery.Tiering.Tables;
using Npgsql;

namespace FederatedQuery.Tiering.Loading;

/// <summary>The tables that a load makes where they are missing, and the partitions that its rows go to.</summary>
public sealed class LoadTables(DayPartitions partitions, TimeProvider time)
{
    /// <summary>Days that hot rows go to, of a table that is there: in transactions of their own, whose locks are not to be held for as long as a load takes.</summary>
    internal async Task EnsurePartitionsAsync(LoadDestination destination, LoadPlan plan, TimeProfile profile, CancellationToken cancellationToken)
    {
        if (destination.Hot is { } hot && plan.IsTiered && hot.RangePartitionColumn == plan.TimeColumn)
        {
            await partitions.EnsureAsync(destination.Name, profile.NewerDays, cancellationToken);
        }
    }

    /// <summary>How a new cold table is laid out.</summary>
    /// <exception cref="TieringException">InvalidArgument: partitionBy does not suit the rows.</exception>
    internal static NewTable LayoutOf(LoadRequest request, LoadPlan plan, TimeProfile profile)
    {
        try
        {
            return ColdLayout.Create(plan.Schema, plan.JsonFieldIds, plan.TimeColumn!, request.PartitionBy, ColdLayout.TimeTransform(profile.Older, profile.OlderDays));
        }
        catch (IcebergException error) when (error.Kind is IcebergErrorKind.InvalidMetadata or IcebergErrorKind.NotFound)
        {
            throw new TieringException(
                TieringErrorKind.InvalidArgument, $"partitionBy [{string.Join(", ", request.PartitionBy)}] does not suit the rows: {error.Message}", error);
        }
    }

    /// <summary>The hot table, and what makes it tiered.</summary>
    /// <returns>Null: it is hot only.</returns>
    internal async Task<TieredTable?> CreateHotAsync(
        NpgsqlTransaction transaction, LoadRequest request, LoadDestination destination, LoadPlan plan, TimeProfile profile, CancellationToken cancellationToken)
    {
        await CreateHotAsync(transaction, request, destination.Name, plan, profile, cancellationToken);
        if (!plan.IsTiered)
        {
            return null;
        }

        var tiering = new TieredTable
        {
            Schema = destination.Name.Schema,
            Name = destination.Name.Name,
            Namespace = destination.Identifier.Namespace,
            TimeColumn = plan.TimeColumn!,
            PrimaryKey = [.. plan.PrimaryKey],
            PartitionBy = [.. request.PartitionBy],
            Boundary = new DateTimeOffset(plan.Cutoff!.Value.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero),
            CreatedAt = time.GetUtcNow().ToUniversalTime(),
        };
        await TieredTableStore.SaveAsync(transaction, tiering, cancellationToken);
        return tiering;
    }

    private async Task CreateHotAsync(
        NpgsqlTransaction transaction, LoadRequest request, TableName name, LoadPlan plan, TimeProfile profile, CancellationToken cancellationToken)
    {
        await PlainTables.EnsureSchemaAsync(transaction, name.Schema, cancellationToken);
        if (plan.IsTiered)
        {
            await DayPartitions.CreateTableAsync(transaction, name, plan.Schema, plan.TimeColumn!, plan.PrimaryKey, plan.JsonFieldIds, risingColumns: [], cancellationToken);
            var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
            var ahead = today.AddDays(ArchiveLoop.DaysAhead).DayNumber - plan.Cutoff!.Value.DayNumber;
            var days = Enumerable.Range(0, ahead + 1).Select(plan.Cutoff.Value.AddDays);
            await DayPartitions.EnsureAsync(transaction, name, [.. days.Union(profile.NewerDays.Where(day => day <= today.AddDays(ArchiveLoop.DaysAhead)))], cancellationToken);
        }
        else
        {
            await PlainTables.CreateAsync(transaction, name, plan.Schema, plan.PrimaryKey, plan.JsonFieldIds, cancellationToken);
        }

        foreach (var key in request.ForeignKeys)
        {
            await PlainTables.AddForeignKeyAsync(transaction, name, key.Column, TableNames.Parse(key.Table), key.ReferencedColumn, cancellationToken);
        }
    }
}
