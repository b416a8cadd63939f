using System.Globalization;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg;
using FederatedQuery.Tiering.Publication;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedQuery.Tiering.Tables;

/// <summary>
/// Has cold tables and settings follow the names of columns of tiered tables; new columns and types come with the first rows that need them. To be called by whoever is about to work on
/// both tiers by name; done by itself within seconds after DDL. Reads do without: they find columns by what outlives names. Safe for concurrent use, by any number of processes.
/// </summary>
public sealed partial class TableColumns(
    PostgresConnections connections, TieredTableStore tables, ColdCatalog catalog, ColdSchemas schemas, TimeProvider time, ILogger<TableColumns> logger)
{
    /// <summary>DDL under way is waited for; who has begun something long is not kept from it, since the next call does the same.</summary>
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(5);

    /// <summary>DDL waits as long as a commit takes; it is not to wait for a store that does not answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="name">A table; nothing happens to one that is not tiered.</param>
    /// <returns>The settings with the names of now; null when the table is not tiered.</returns>
    /// <exception cref="TieringException">Busy: the table is locked, or the store does not answer in time.</exception>
    /// <exception cref="IcebergException">The catalog was not to be had.</exception>
    public async Task<TieredTable?> FollowAsync(TableName name, CancellationToken cancellationToken)
    {
        if (await tables.FindAsync(name, cancellationToken) is not { } known)
        {
            return null;
        }

        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await FollowAsync(known, name, either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TieringException(
                TieringErrorKind.Busy,
                string.Create(CultureInfo.InvariantCulture, $"The cold table of '{name}' could not be told the names of its columns within {Patience.TotalSeconds} seconds. Try again."));
        }
        catch (PostgresException held) when (held.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            throw new TieringException(TieringErrorKind.Busy, $"Table '{name}' is locked, as by DDL under way, so that its columns cannot be looked at. Try again.", held);
        }
    }

    private async Task<TieredTable?> FollowAsync(TieredTable known, TableName name, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await LockAsync(connection, name, cancellationToken) is { } hot)
        {
            await FollowAsync(known, hot, cancellationToken);
        }

        await TieredTableStore.FollowAsync(transaction, name, cancellationToken);
        var table = await TieredTableStore.FindAsync(transaction, name, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return table;
    }

    /// <summary>As it is now and stays for the rest of the transaction: no column is renamed while the cold table is told.</summary>
    /// <returns>Null: it is not there.</returns>
    private static async Task<PostgresTable?> LockAsync(NpgsqlConnection connection, TableName name, CancellationToken cancellationToken)
    {
        var seen = await PostgresIntrospector.FindAsync(connection, name, cancellationToken);
        if (seen is not { CanBeLocked: true })
        {
            return seen;
        }

        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {(long)LockTimeout.TotalMilliseconds}")));

        // A process that stands still in here has its session ended by the server.
        batch.BatchCommands.Add(new NpgsqlBatchCommand(string.Create(
            CultureInfo.InvariantCulture, $"SET LOCAL idle_in_transaction_session_timeout = {(long)(2 * Patience).TotalMilliseconds}")));

        // Not the partitions, which moves lock: a column of theirs is renamed with the table's.
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"LOCK TABLE ONLY {name.ToSql()} IN ACCESS SHARE MODE"));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return await PostgresIntrospector.FindAsync(connection, name, cancellationToken);
    }

    private async Task FollowAsync(TieredTable table, PostgresTable hot, CancellationToken cancellationToken)
    {
        try
        {
            var before = await catalog.Catalog.LoadTableAsync(TablePublisher.IdentifierOf(table), cancellationToken);
            var after = await schemas.FollowNamesAsync(catalog.Catalog, before, hot.AsSource, cancellationToken);
            if (!ReferenceEquals(before, after))
            {
                Log.Followed(logger, hot.Name.ToString(), string.Join(", ", after.Metadata.CurrentSchema.Fields.Select(field => field.Name)));
            }
        }
        catch (IcebergException missing) when (missing.Kind == IcebergErrorKind.NotFound)
        {
            // Another catalog has it, or nobody any more: who wants its rows is told.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.ColumnsFollowed, LogLevel.Information, "The cold table of '{Table}' follows its columns; they are: {Columns}")]
        public static partial void Followed(ILogger logger, string table, string columns);
    }
}
