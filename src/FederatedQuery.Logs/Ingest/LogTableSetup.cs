using FederatedQuery.Cold;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Partitions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Tiering;
using FederatedQuery.Tiering.Tables;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FederatedQuery.Logs.Ingest;

/// <summary>Makes the table of log records: partitioned by day, tiered, cold files sorted so that what one resource wrote lies together.</summary>
internal sealed class LogTableSetup(
    PostgresConnections connections, ColdTables coldTables, TieredTableStore tiered, TableConfigurator configurator,
    IOptions<TieringOptions> options, TimeProvider time)
{
    private const int DaysAhead = 7;
    private const string Right = "federated-query log table";

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Makes what is missing.</summary>
    /// <returns>Null when the table is as it should be; else why log records cannot be stored in the one that is there.</returns>
    /// <exception cref="TieringException">The table cannot be tiered.</exception>
    public async Task<string?> EnsureAsync(CancellationToken cancellationToken)
    {
        // Processes that start together would each make what the others are making.
        SessionLock? right;
        while ((right = await SessionLock.TryAcquireAsync(connections.Owner, Right, cancellationToken)) is null)
        {
            await Task.Delay(PollInterval, time, cancellationToken);
        }

        await using (right)
        {
            return await EnsureAloneAsync(cancellationToken);
        }
    }

    /// <summary>How old log records become before they are deleted.</summary>
    /// <returns>Null: as the gateway's setting has it.</returns>
    public async Task<int?> ColdDaysAsync(CancellationToken cancellationToken) => (await tiered.FindAsync(LogTable.HotName, cancellationToken))?.ColdDays;

    private async Task<string?> EnsureAloneAsync(CancellationToken cancellationToken)
    {
        var table = await FindAsync(cancellationToken);
        var isNew = table is null;
        if (table is null)
        {
            if (await coldTables.FindAsync(LogTable.Identifier, null, cancellationToken) is not null)
            {
                return $"There is a cold table '{LogTable.Identifier}' that is not the one of log records, and none in PostgreSQL. Rename it, and start again.";
            }

            await CreateAsync(cancellationToken);
            table = await FindAsync(cancellationToken);
        }

        if (Mismatch(table!) is { } mismatch)
        {
            return mismatch;
        }

        if (await tiered.FindAsync(LogTable.HotName, cancellationToken) is null)
        {
            await configurator.ConfigureAsync(
                new ConfigureTiering { TableName = LogTable.Name, TimeColumn = LogTable.TimeColumn, Key = [LogTable.KeyColumn], SortBy = [LogTable.SortColumn] },
                cancellationToken);
            if (isNew)
            {
                await MarkEmptyAsync(cancellationToken);
            }
        }

        return null;
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await DayPartitions.CreateTableAsync(
                transaction, LogTable.HotName, LogTable.Schema, LogTable.TimeColumn, primaryKey: [], LogTable.JsonFieldIds, [LogTable.KeyColumn], cancellationToken);
            await DayPartitions.EnsureAsync(transaction, LogTable.HotName, [.. Enumerable.Range(-1, DaysAhead + 2).Select(today.AddDays)], cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.UniqueViolation)
        {
            // Somebody else made one meanwhile, which is looked at.
        }
    }

    /// <summary>There is nothing that would have to move yet.</summary>
    private async Task MarkEmptyAsync(CancellationToken cancellationToken)
    {
        var today = new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await TieredTableStore.AdvanceBoundaryAsync(transaction, LogTable.HotName, today.AddDays(-options.Value.HotDays), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<PostgresTable?> FindAsync(CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        return await PostgresIntrospector.FindAsync(connection, LogTable.HotName, cancellationToken);
    }

    private static string? Mismatch(PostgresTable table)
    {
        var wrong = LogTable.Schema.Fields.Select(field => Mismatch(table, field)).OfType<string>().ToList();
        return wrong.Count == 0
            ? null
            : $"PostgreSQL has a table '{LogTable.HotName}' that is not one of log records: {string.Join("; ", wrong)}. Rename it (ALTER TABLE {LogTable.HotName.ToSql()} RENAME TO ...), and start again.";
    }

    private static string? Mismatch(PostgresTable table, NestedField field)
    {
        if (table.FindColumn(field.Name) is not { } column)
        {
            return $"it has no column '{field.Name}'";
        }

        var wanted = field.Type switch
        {
            UuidType => "uuid",
            TimestamptzType => "timestamp with time zone",
            _ => LogTable.JsonFieldIds.Contains(field.Id) ? "jsonb" : "text",
        };
        return column.Type.Name == wanted
            ? null
            : $"its column '{field.Name}' is of type {column.Type.Name}, not {wanted}";
    }
}
