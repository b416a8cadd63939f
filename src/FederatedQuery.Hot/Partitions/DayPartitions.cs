using System.Globalization;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Spec;
using Microsoft.Extensions.Logging;
using Npgsql;
using Polly;
using Polly.Retry;

namespace FederatedQuery.Hot.Partitions;

/// <summary>
/// Tables that are range partitioned by day (UTC), as the gateway makes them: one partition per day, and a default one that takes rows of
/// days that have none.
/// </summary>
public sealed partial class DayPartitions
{
    /// <summary>A waiting exclusive lock holds up everybody who comes after it: better to give up soon and try again.</summary>
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMilliseconds(500);

    private readonly PostgresConnections _connections;
    private readonly ILogger<DayPartitions> _logger;
    private readonly ResiliencePipeline _retry;

    public DayPartitions(PostgresConnections connections, TimeProvider time, ILogger<DayPartitions> logger)
    {
        _connections = connections;
        _logger = logger;
        _retry = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<PostgresException>(
                    error => error.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected),
                MaxRetryAttempts = 8,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(50),
                MaxDelay = TimeSpan.FromSeconds(2),
                UseJitter = true,
            })
            .Build();
    }

    /// <summary>Makes the table with its default partition and a BRIN index on the time column.</summary>
    /// <param name="schema">The columns; comments come from the fields' docs.</param>
    /// <param name="timeColumn">A required or optional date, timestamp or timestamptz; becomes NOT NULL.</param>
    /// <param name="primaryKey">
    /// May be empty. PostgreSQL wants the partition column in every unique key, so the key made is this with the time column.
    /// </param>
    /// <param name="jsonFieldIds">String fields that become jsonb.</param>
    /// <exception cref="HotException">A column is missing or of a type that PostgreSQL has not.</exception>
    /// <exception cref="PostgresException">A table of that name is there (42P07).</exception>
    public async Task CreateTableAsync(
        TableName table,
        Schema schema,
        string timeColumn,
        IReadOnlyList<string> primaryKey,
        IReadOnlySet<int> jsonFieldIds,
        CancellationToken cancellationToken)
    {
        await using var connection = await _connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await CreateTableAsync(transaction, table, schema, timeColumn, primaryKey, jsonFieldIds, risingColumns: [], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>As part of the caller's transaction.</summary>
    /// <param name="risingColumns">
    /// Further columns whose values rise as rows come in: the BRIN index has them, too, and is kept up with the rows, so that those of a moment ago are found.
    /// </param>
    /// <inheritdoc cref="CreateTableAsync(TableName, Schema, string, IReadOnlyList{string}, IReadOnlySet{int}, CancellationToken)"/>
    public static async Task CreateTableAsync(
        NpgsqlTransaction transaction,
        TableName table,
        Schema schema,
        string timeColumn,
        IReadOnlyList<string> primaryKey,
        IReadOnlySet<int> jsonFieldIds,
        IReadOnlyList<string> risingColumns,
        CancellationToken cancellationToken)
    {
        RequireColumns(table, schema, timeColumn, primaryKey);
        var key = primaryKey.Contains(timeColumn) || primaryKey.Count == 0 ? primaryKey : [.. primaryKey, timeColumn];
        var types = new PostgresTypeNames(table, jsonFieldIds);
        var lines = schema.Fields
            .Select(field => $"{SqlIdentifier.Quote(field.Name)} {types.Column(field)}{(field.Required || field.Name == timeColumn ? " NOT NULL" : "")}")
            .ToList();
        if (key.Count > 0)
        {
            lines.Add($"PRIMARY KEY ({string.Join(", ", key.Select(SqlIdentifier.Quote))})");
        }

        var time = SqlIdentifier.Quote(timeColumn);
        List<string> statements =
        [
            .. types.CreateTypeStatements,
            $"CREATE TABLE {table.ToSql()} ({string.Join(", ", lines)}) PARTITION BY RANGE ({time})",
            $"CREATE INDEX {SqlIdentifier.Quote(PartitionNames.Fit(table.Name, "_brin"))} ON {table.ToSql()} USING brin {Brin(time, risingColumns)}",
            $"CREATE TABLE {PartitionNames.Default(table).ToSql()} PARTITION OF {table.ToSql()} DEFAULT",
            .. schema.Fields.Where(field => field.Doc is not null)
                .Select(field => $"COMMENT ON COLUMN {table.ToSql()}.{SqlIdentifier.Quote(field.Name)} IS {SqlLiteral.Text(field.Doc!)}"),
        ];
        var connection = ConnectionOf(transaction);
        foreach (var statement in statements)
        {
            await ExecuteAsync(connection, statement, cancellationToken);
        }
    }

    /// <summary>Without upkeep, rows that came since the last vacuum are read whole whatever is asked for. PostgreSQL notes 256 ranges a minute, so they are not small.</summary>
    private static string Brin(string time, IReadOnlyList<string> risingColumns) => risingColumns.Count == 0
        ? $"({time})"
        : $"({time}, {string.Join(", ", risingColumns.Select(SqlIdentifier.Quote))}) WITH (autosummarize = on, pages_per_range = 512)";

    /// <summary>Makes the partitions that are missing and moves what rows of those days the default partition holds into them.</summary>
    /// <returns>How many were made.</returns>
    /// <exception cref="HotException">The table is not there, or not partitioned by range of one column.</exception>
    /// <exception cref="PostgresException">The default partition's lock was not to be had (55P03), after several tries.</exception>
    public async Task<int> EnsureAsync(TableName table, IReadOnlyCollection<DateOnly> days, CancellationToken cancellationToken)
    {
        var known = await RequirePartitionedAsync(table, cancellationToken);
        if (Missing(known, days).Count == 0)
        {
            return 0;
        }

        return await _retry.ExecuteAsync(async token => await EnsureOnceAsync(table, days, token), cancellationToken);
    }

    /// <summary>As part of the caller's transaction, without waiting for locks longer than that does.</summary>
    /// <inheritdoc cref="EnsureAsync(TableName, IReadOnlyCollection{DateOnly}, CancellationToken)"/>
    public static async Task<int> EnsureAsync(
        NpgsqlTransaction transaction, TableName table, IReadOnlyCollection<DateOnly> days, CancellationToken cancellationToken)
    {
        var connection = ConnectionOf(transaction);
        var known = RequirePartitioned(await PostgresIntrospector.FindAsync(connection, table, cancellationToken), table);
        return Missing(known, days).Count == 0 ? 0 : (await MakeMissingAsync(connection, table, days, cancellationToken)).Count;
    }

    private async Task<int> EnsureOnceAsync(TableName table, IReadOnlyCollection<DateOnly> days, CancellationToken cancellationToken)
    {
        await using var connection = await _connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SET LOCAL lock_timeout = {Milliseconds(LockTimeout)}", cancellationToken);
        var made = await MakeMissingAsync(connection, table, days, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        foreach (var day in made)
        {
            Log.Created(_logger, table, day);
        }

        return made.Count;
    }

    private static async Task<IReadOnlyList<DateOnly>> MakeMissingAsync(
        NpgsqlConnection connection, TableName table, IReadOnlyCollection<DateOnly> days, CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({AdvisoryLock.Partitions})", cancellationToken);
        var known = (await PostgresIntrospector.FindAsync(connection, table, cancellationToken))!;
        var missing = Missing(known, days);
        if (missing.Count == 0)
        {
            return missing;
        }

        var rest = known.Partitions.FirstOrDefault(partition => partition.IsDefault)?.Name;
        if (rest is { } locked)
        {
            // ATTACH takes this lock too, and asked for after the rows have moved it could deadlock with a writer.
            await ExecuteAsync(connection, $"LOCK TABLE {locked.ToSql()} IN ACCESS EXCLUSIVE MODE", cancellationToken);
        }

        foreach (var day in missing)
        {
            await MakeAsync(connection, known, day, rest, cancellationToken);
        }

        return missing;
    }

    /// <summary>By ATTACH, which readers and writers of the table do not notice; CREATE ... PARTITION OF would wait for all of them.</summary>
    private static async Task MakeAsync(
        NpgsqlConnection connection, PostgresTable table, DateOnly day, TableName? rest, CancellationToken cancellationToken)
    {
        var partition = PartitionNames.Day(table.Name, day).ToSql();
        var time = SqlIdentifier.Quote(table.RangePartitionColumn!);
        var (from, to) = (Bound(table, day), Bound(table, day.AddDays(1)));
        await ExecuteAsync(connection, $"CREATE TABLE {partition} (LIKE {table.Name.ToSql()} INCLUDING ALL EXCLUDING INDEXES EXCLUDING STATISTICS)", cancellationToken);
        if (rest is { } source)
        {
            var columns = string.Join(", ", table.Columns.Where(column => !column.IsGenerated).Select(column => SqlIdentifier.Quote(column.Name)));
            await ExecuteAsync(
                connection,
                $"WITH moved AS (DELETE FROM {source.ToSql()} WHERE {time} >= {from} AND {time} < {to} RETURNING {columns}) "
                + $"INSERT INTO {partition} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM moved",
                cancellationToken);
        }

        await ExecuteAsync(connection, $"ALTER TABLE {table.Name.ToSql()} ATTACH PARTITION {partition} FOR VALUES FROM ({from}) TO ({to})", cancellationToken);
    }

    private async Task<PostgresTable> RequirePartitionedAsync(TableName table, CancellationToken cancellationToken)
    {
        await using var connection = await _connections.Owner.OpenConnectionAsync(cancellationToken);
        return RequirePartitioned(await PostgresIntrospector.FindAsync(connection, table, cancellationToken), table);
    }

    private static PostgresTable RequirePartitioned(PostgresTable? known, TableName table)
    {
        if (known is null)
        {
            throw new HotException(HotErrorKind.NotFound, $"There is no table '{table}' in PostgreSQL.");
        }

        if (known.RangePartitionColumn is null)
        {
            throw new HotException(HotErrorKind.Unsupported, $"Table '{table}' is not range partitioned by one column, so it has no day partitions.");
        }

        // Rows are moved between partitions by their columns: one left out would be lost.
        known.RequireAllSupported();
        return known;
    }

    private static NpgsqlConnection ConnectionOf(NpgsqlTransaction transaction) =>
        transaction.Connection ?? throw new InvalidOperationException("The transaction has ended.");

    private static List<DateOnly> Missing(PostgresTable table, IEnumerable<DateOnly> days) =>
        [.. days.Distinct().Order().Where(day => !table.Partitions.Any(partition => !partition.IsDefault && Overlaps(partition, day)))];

    private static bool Overlaps(PostgresPartition partition, DateOnly day)
    {
        var from = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        return (partition.From ?? DateTimeOffset.MinValue) < from.AddDays(1) && from < (partition.To ?? DateTimeOffset.MaxValue);
    }

    private static string Bound(PostgresTable table, DateOnly day)
    {
        var text = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return table.FindColumn(table.RangePartitionColumn!)!.Field.Type switch
        {
            DateType => $"'{text}'::date",
            TimestampType => $"'{text} 00:00:00'::timestamp",
            TimestamptzType => $"'{text} 00:00:00+00'::timestamptz",
            var type => throw new HotException(
                HotErrorKind.Unsupported, $"Table '{table.Name}' is partitioned by '{table.RangePartitionColumn}' of type {type}; days need a date, timestamp or timestamptz."),
        };
    }

    private static void RequireColumns(TableName table, Schema schema, string timeColumn, IReadOnlyList<string> primaryKey)
    {
        foreach (var name in primaryKey.Append(timeColumn))
        {
            if (!schema.Fields.Any(field => field.Name == name))
            {
                throw new HotException(
                    HotErrorKind.NotFound, $"Table '{table}' would have no column '{name}'. It has: {string.Join(", ", schema.Fields.Select(field => field.Name))}.");
            }
        }

        var type = schema.Fields.First(field => field.Name == timeColumn).Type;
        if (type is not (DateType or TimestampType or TimestamptzType))
        {
            throw new HotException(
                HotErrorKind.Unsupported, $"The time column '{timeColumn}' of table '{table}' is of type {type}; it must be a date, timestamp or timestamptz.");
        }
    }

    private static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(HotEventId.PartitionCreated, LogLevel.Information, "Made the partition of '{Table}' for {Day}")]
        public static partial void Created(ILogger logger, TableName table, DateOnly day);
    }
}
