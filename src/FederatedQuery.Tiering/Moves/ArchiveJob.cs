using System.Globalization;
using System.Text.Json;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Moves;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Tables;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FederatedQuery.Tiering.Moves;

/// <summary>The job <c>archive</c>: moves all closed days of a table that are old enough, oldest first, one transaction for each.</summary>
public sealed class ArchiveJob(
    PostgresConnections connections, TieredTableStore tables, TableMover mover, PartitionCleaner cleaner, IOptions<TieringOptions> options,
    TimeProvider time)
{
    public const string Kind = "archive";

    private readonly TieringOptions _options = options.Value;

    /// <summary>For the runner: what was cut short is begun again, since days moved already have nothing left to move.</summary>
    public JobKind AsKind() => new(Kind, RunAsync) { IsResumable = true };

    /// <summary>The job's arguments.</summary>
    /// <param name="before">Null: by the table's hot days.</param>
    public static string? Arguments(DateTimeOffset? before) =>
        before is { } instant ? JsonSerializer.Serialize(new Dictionary<string, DateTimeOffset> { ["before"] = instant }) : null;

    /// <summary>The first instant that stays: a midnight in UTC, never later than the last one.</summary>
    public DateTimeOffset CutoffOf(TieredTable table, DateTimeOffset? before)
    {
        var now = time.GetUtcNow().ToUniversalTime();
        var wanted = before?.ToUniversalTime() ?? now.AddDays(-(table.HotDays ?? _options.HotDays));
        return StartOfDay(wanted < now ? wanted : now);
    }

    /// <summary>What there is to move.</summary>
    public async Task<IReadOnlyList<MoveUnit>> FindAsync(TieredTable table, DateTimeOffset cutoff, CancellationToken cancellationToken)
    {
        var name = new TableName(table.Schema, table.Name);
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        var hot = await PostgresIntrospector.FindAsync(connection, name, cancellationToken)
            ?? throw new TieringException(TieringErrorKind.NotFound, $"The tiered table '{name}' is not in PostgreSQL any more.");
        try
        {
            return await MoveUnits.ListAsync(connection, hot, table.TimeColumn, cutoff, cancellationToken);
        }
        catch (PostgresException dropped) when (dropped.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // An empty partition went while the others were looked at: look again without it. Each time there is one less.
            return await FindAsync(table, cutoff, cancellationToken);
        }
    }

    /// <summary>Moves everything older than the cutoff.</summary>
    /// <param name="table">The tiered table.</param>
    /// <param name="cutoff">A midnight in UTC.</param>
    /// <param name="job">Moves only while this job's lease holds; null: the moves are no job's.</param>
    /// <param name="progress">Told as it goes.</param>
    /// <param name="cancellationToken">Gives up; days that are moved stay so.</param>
    /// <returns>Rows and days moved.</returns>
    public async Task<(long Rows, int Days)> ArchiveAsync(
        TieredTable table, DateTimeOffset cutoff, Job? job, JobProgress progress, CancellationToken cancellationToken)
    {
        var name = new TableName(table.Schema, table.Name);
        var units = await FindAsync(table, cutoff, cancellationToken);
        var (rows, days) = (0L, 0);
        for (var i = 0; i < units.Count; i++)
        {
            progress.Report((double)i / units.Count, string.Create(CultureInfo.InvariantCulture, $"Moving {units[i].Day:yyyy-MM-dd}, day {i + 1} of {units.Count}."));
            var result = await mover.MoveAsync(table, units[i], job, cancellationToken);
            progress.Add(result.Rows, result.Bytes);
            rows += result.Rows;
            days += result.Rows > 0 ? 1 : 0;
        }

        await AdvanceBoundaryAsync(name, cutoff, cancellationToken);
        await cleaner.CleanAsync(table, cutoff, cancellationToken);
        return (rows, days);
    }

    private async Task<string> RunAsync(Job job, JobProgress progress, CancellationToken cancellationToken)
    {
        var name = TableNames.Parse(job.TableName ?? throw new TieringException(TieringErrorKind.InvalidArgument, "The job names no table."));
        var table = await tables.FindAsync(name, cancellationToken)
            ?? throw new TieringException(TieringErrorKind.NotFound, $"Table '{name}' is not tiered. Call configureTiering first.");
        var before = job.Arguments is null
            ? null
            : JsonSerializer.Deserialize<Dictionary<string, DateTimeOffset>>(job.Arguments)?.GetValueOrDefault("before");
        var cutoff = CutoffOf(table, before == default(DateTimeOffset) ? null : before);
        var (rows, days) = await ArchiveAsync(table, cutoff, job, progress, cancellationToken);
        return rows == 0
            ? string.Create(CultureInfo.InvariantCulture, $"Nothing to move: no rows older than {cutoff:yyyy-MM-dd} are hot.")
            : string.Create(CultureInfo.InvariantCulture, $"Moved {rows} rows of {days} days older than {cutoff:yyyy-MM-dd}.");
    }

    private async Task AdvanceBoundaryAsync(TableName table, DateTimeOffset boundary, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await TieredTableStore.AdvanceBoundaryAsync(transaction, table, boundary, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static DateTimeOffset StartOfDay(DateTimeOffset instant) => new(instant.UtcDateTime.Date, TimeSpan.Zero);
}
