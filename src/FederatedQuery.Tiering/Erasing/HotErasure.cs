using FederatedQuery.Cold;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Erasing;
using FederatedQuery.DuckDb;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Erasures;
using FederatedQuery.Hot.Erasing;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Publication;
using Npgsql;

namespace FederatedQuery.Tiering.Erasing;

/// <summary>
/// The hot half of an erasure: looks for matching rows within a read session, through DuckDB as every query does, and deletes those by their keys.
/// </summary>
public sealed class HotErasure(PostgresConnections connections, ColdTables coldTables, DuckDbEngine engine, HotScanRegistry hotScans)
{
    private const string Keys = "erased_keys";
    private const int KeysAtOnce = 1_000;

    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(30);

    /// <summary>What one look at both tiers found.</summary>
    /// <param name="Rows">Hot rows that matched, all of which are deleted unless <paramref name="HasChanged"/>.</param>
    /// <param name="HasChanged">Some of them were changed meanwhile: look again.</param>
    /// <param name="Cold">The cold table that belongs to what was looked at; null: there is none.</param>
    public sealed record Look(long Rows, bool HasChanged, ColdTable? Cold);

    /// <summary>Looks once, and deletes what is found.</summary>
    /// <exception cref="TieringException">NotAllowed: a foreign key holds a row.</exception>
    public async Task<Look> EraseAsync(ErasedTable table, RowMatch match, Job job, CancellationToken cancellationToken)
    {
        if (table.Tiered is not { } tiered)
        {
            var alone = await coldTables.FindAsync(table.Identifier, null, cancellationToken);
            if (alone is not null)
            {
                table.Columns?.Require(alone);
            }

            return new Look(0, false, alone);
        }

        var name = table.Name;
        PostgresTable? hot;
        await using (var looking = await connections.Owner.OpenConnectionAsync(cancellationToken))
        {
            hot = await PostgresIntrospector.FindAsync(looking, name, cancellationToken);
        }

        await using var session = await HotReadSession.OpenAsync(connections.Owner, hot is null ? [] : [name], LockTimeout, cancellationToken);
        var cold = await PublishedTables.FindAsync(coldTables, session, tiered, cancellationToken);
        if (hot is null)
        {
            return new Look(0, false, cold);
        }

        // Nobody renames a column from here on: the session holds the table.
        hot = await PostgresIntrospector.FindAsync(session.Connection, name, cancellationToken) ?? hot;
        table.Columns?.Require(hot);
        if (cold is not null)
        {
            cold = cold.NamedAs(hot.AsSource);
            table.Columns?.Require(cold);
        }

        if (hot.PrimaryKey.IsEmpty)
        {
            // A table without one has its key by agreement.
            hot = hot with { PrimaryKey = [.. tiered.PrimaryKey] };
        }

        using var lease = await engine.Pool.RentAsync(cancellationToken);
        try
        {
            await FindAsync(lease.Connection, session, hot, match, cancellationToken);
            var (rows, hasChanged) = await DeleteAsync(lease.Connection, session, hot, job, cancellationToken);
            return new Look(rows, hasChanged, cold);
        }
        catch (PostgresException held) when (held.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed,
                $"Rows of table '{name}' cannot be erased: {held.MessageText}. Erase the rows that refer to them first, or let the foreign key delete them (ON DELETE CASCADE).",
                held);
        }
        finally
        {
            // With its connection the temporary table ends.
            lease.Discard();
        }
    }

    private async Task FindAsync(DuckDBConnection connection, HotReadSession session, PostgresTable hot, RowMatch match, CancellationToken cancellationToken)
    {
        var wanted = hot.PrimaryKey.Concat(match.Columns).ToHashSet(StringComparer.Ordinal);
        var schema = new Schema(0, [.. hot.Schema.Fields.Where(field => wanted.Contains(field.Name))]);
        using var scan = hotScans.Register(new HotScan(session, hot, schema, match.Superset));
        var keys = hot.PrimaryKey.Index().Select(column =>
            $"{HotEraser.KeyText(DuckDBSql.QuoteIdentifier(column.Item), hot.FindColumn(column.Item)!.Field.Type)} AS k{column.Index}");
        await connection.ExecuteAsync($"CREATE TEMP TABLE {Keys} AS SELECT {string.Join(", ", keys)} FROM {scan.Sql} AS rows WHERE {match.Sql}", cancellationToken);
    }

    private async Task<(long Rows, bool HasChanged)> DeleteAsync(
        DuckDBConnection connection, HotReadSession session, PostgresTable hot, Job job, CancellationToken cancellationToken)
    {
        var eraser = await HotEraser.OpenAsync(connections.Owner, session, hot, cancellationToken);
        using var result = await connection.QueryAsync($"SELECT * FROM {Keys}", null, cancellationToken);
        var columns = Enumerable.Range(0, hot.PrimaryKey.Length).Select(_ => new List<string>(KeysAtOnce)).ToArray();
        var rows = 0L;
        try
        {
            await foreach (var chunk in result.ReadChunksAsync(cancellationToken))
            {
                for (var row = 0; row < chunk.Count; row++)
                {
                    for (var column = 0; column < columns.Length; column++)
                    {
                        columns[column].Add(chunk[column].String(row));
                    }

                    if (columns[0].Count == KeysAtOnce)
                    {
                        rows += await DeleteAsync(eraser, columns, job, cancellationToken);
                    }
                }
            }

            return (rows + (columns[0].Count == 0 ? 0 : await DeleteAsync(eraser, columns, job, cancellationToken)), false);
        }
        catch (PostgresException changed) when (changed.SqlState
            is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable)
        {
            return (rows, true);
        }
    }

    private static async Task<long> DeleteAsync(HotEraser eraser, List<string>[] columns, Job job, CancellationToken cancellationToken)
    {
        var deleted = await eraser.DeleteAsync(
            [.. columns.Select(column => column.ToArray())],
            async (transaction, partitions) =>
            {
                await JobLease.RequireAsync(transaction, job, cancellationToken);
                foreach (var (partition, rows) in partitions)
                {
                    await ErasureStore.AddStepAsync(transaction, job.Id, partition, new ErasureFigures(HotRows: rows), cancellationToken);
                }
            },
            cancellationToken);
        Array.ForEach(columns, column => column.Clear());
        return deleted.Sum(partition => partition.Rows);
    }
}
