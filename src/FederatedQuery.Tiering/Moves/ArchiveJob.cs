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

/// <summary>
/// The job <c>archive</c>: moves all closed days of a table that are old enough, oldest first, one transaction for each. Several days are parts of the job,
/// which all processes share.
/// </summary>
public sealed class ArchiveJob(
    PostgresConnections connections, TieredTableStore tables, TableMover mover, PartitionCleaner cleaner, JobParts parts,
    IOptions<TieringOptions> options, TimeProvider time)
{
    public const string Kind = "archive";

    private const string Before = "before";
    private const string Day = "day";
    private const string DayFormat = "yyyy-MM-dd";

    private readonly TieringOptions _options = options.Value;

    /// <summary>For the runner: what was cut short is begun again, since days moved already have nothing left to move.</summary>
    public JobKind AsKind() => new(Kind, RunAsync) { IsResumable = true, RetriesBusy = true };

    /// <summary>The job's arguments.</summary>
    /// <param name="before">Null: by the table's hot days.</param>
    public static string? Arguments(DateTimeOffset? before) =>
        before is { } instant ? JsonSerializer.Serialize(new Dictionary<string, DateTimeOffset> { [Before] = instant }) : null;

    /// <summary>The first instant that stays: a midnight in UTC, never later than the last one.</summary>
    public DateTimeOffset CutoffOf(TieredTable table, DateTimeOffset? before) => CutoffOf(table, before, time.GetUtcNow());

    /// <summary>What there is to move.</summary>
    public Task<IReadOnlyList<MoveUnit>> FindAsync(TieredTable table, DateTimeOffset cutoff, CancellationToken cancellationToken) =>
        FindAsync(table, from: null, cutoff, cancellationToken);

    /// <summary>Moves everything older than the cutoff, one day after the other, for no job.</summary>
    /// <param name="table">The tiered table.</param>
    /// <param name="cutoff">A midnight in UTC.</param>
    /// <param name="progress">Told as it goes.</param>
    /// <param name="cancellationToken">Gives up; days that are moved stay so.</param>
    /// <returns>Rows and days moved.</returns>
    public async Task<(long Rows, int Days)> ArchiveAsync(TieredTable table, DateTimeOffset cutoff, JobProgress progress, CancellationToken cancellationToken)
    {
        var moved = await MoveAsync(table, await FindAsync(table, cutoff, cancellationToken), job: null, progress, cancellationToken);
        await EndAsync(table, cutoff, cancellationToken);
        return moved;
    }

    private async Task<string> RunAsync(Job job, JobProgress progress, CancellationToken cancellationToken)
    {
        var name = TableNames.Parse(job.TableName ?? throw new TieringException(TieringErrorKind.InvalidArgument, "The job names no table."));
        var table = await tables.FindAsync(name, cancellationToken)
            ?? throw new TieringException(TieringErrorKind.NotFound, $"Table '{name}' is not tiered. Call configureTiering first.");
        using var arguments = JsonDocument.Parse(job.Arguments ?? "{}");
        if (arguments.RootElement.TryGetProperty(Day, out var day))
        {
            return await RunDayAsync(table, DateOnly.ParseExact(day.GetString()!, DayFormat, CultureInfo.InvariantCulture), job, progress, cancellationToken);
        }

        DateTimeOffset? before = arguments.RootElement.TryGetProperty(Before, out var instant) ? instant.GetDateTimeOffset() : null;
        // As of when it was asked for: who takes it over on another day goes on with the same days.
        var cutoff = CutoffOf(table, before, job.CreatedAt);
        var (rows, days) = await RunDaysAsync(table, cutoff, job, progress, cancellationToken);
        await EndAsync(table, cutoff, cancellationToken);
        return rows == 0
            ? string.Create(CultureInfo.InvariantCulture, $"Nothing to move: no rows older than {cutoff:yyyy-MM-dd} are hot.")
            : string.Create(CultureInfo.InvariantCulture, $"Moved {rows} rows of {days} days older than {cutoff:yyyy-MM-dd}.");
    }

    /// <summary>All days: a single one here, several as parts of the job.</summary>
    private async Task<(long Rows, int Days)> RunDaysAsync(
        TieredTable table, DateTimeOffset cutoff, Job job, JobProgress progress, CancellationToken cancellationToken)
    {
        if (!await parts.ExistAsync(job, cancellationToken))
        {
            var units = await FindAsync(table, cutoff, cancellationToken);
            var days = units.Select(unit => unit.Day).Distinct().ToList();
            if (days.Count < 2)
            {
                return await MoveAsync(table, units, job, progress, cancellationToken);
            }

            await parts.DivideAsync(job, [.. days.Select(PartOf)], cancellationToken);
        }

        var summary = await parts.WorkAsync(job, "days", progress, cancellationToken);
        return (summary.Rows, summary.WithRows);
    }

    private async Task<string> RunDayAsync(TieredTable table, DateOnly day, Job job, JobProgress progress, CancellationToken cancellationToken)
    {
        var end = new DateTimeOffset(day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var (rows, _) = await MoveAsync(table, await FindAsync(table, day, end, cancellationToken), job, progress, cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"Moved {rows} rows of {day:yyyy-MM-dd}.");
    }

    private async Task<(long Rows, int Days)> MoveAsync(
        TieredTable table, IReadOnlyList<MoveUnit> units, Job? job, JobProgress progress, CancellationToken cancellationToken)
    {
        var (rows, days) = (0L, new HashSet<DateOnly>());
        for (var i = 0; i < units.Count; i++)
        {
            progress.Report((double)i / units.Count, string.Create(CultureInfo.InvariantCulture, $"Moving {units[i].Day:yyyy-MM-dd}, {i + 1} of {units.Count}."));
            var result = await mover.MoveAsync(table, units[i], job, cancellationToken);
            progress.Add(result.Rows, result.Bytes);
            rows += result.Rows;
            if (result.Rows > 0)
            {
                days.Add(units[i].Day);
            }
        }

        return (rows, days.Count);
    }

    private async Task EndAsync(TieredTable table, DateTimeOffset cutoff, CancellationToken cancellationToken)
    {
        await using (var connection = await connections.Owner.OpenConnectionAsync(cancellationToken))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await TieredTableStore.AdvanceBoundaryAsync(transaction, new TableName(table.Schema, table.Name), cutoff, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        await cleaner.CleanAsync(table, cutoff, cancellationToken);
    }

    private async Task<IReadOnlyList<MoveUnit>> FindAsync(TieredTable table, DateOnly? from, DateTimeOffset cutoff, CancellationToken cancellationToken)
    {
        var name = new TableName(table.Schema, table.Name);
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        var hot = await PostgresIntrospector.FindAsync(connection, name, cancellationToken)
            ?? throw new TieringException(TieringErrorKind.NotFound, $"The tiered table '{name}' is not in PostgreSQL any more.");
        try
        {
            // The caller's name of it is from before.
            var timeColumn = await TieredTableStore.FindTimeColumnAsync(connection, name, cancellationToken) ?? table.TimeColumn;
            return await MoveUnits.ListAsync(connection, hot, timeColumn, from, cutoff, cancellationToken);
        }
        catch (PostgresException dropped) when (dropped.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // An empty partition went while the others were looked at: look again without it. Each time there is one less.
            return await FindAsync(table, from, cutoff, cancellationToken);
        }
    }

    private DateTimeOffset CutoffOf(TieredTable table, DateTimeOffset? before, DateTimeOffset asOf)
    {
        var now = asOf.ToUniversalTime();
        var wanted = before?.ToUniversalTime() ?? now.AddDays(-(table.HotDays ?? _options.HotDays));
        return StartOfDay(wanted < now ? wanted : now);
    }

    private static string PartOf(DateOnly day) =>
        JsonSerializer.Serialize(new Dictionary<string, string> { [Day] = day.ToString(DayFormat, CultureInfo.InvariantCulture) });

    private static DateTimeOffset StartOfDay(DateTimeOffset instant) => new(instant.UtcDateTime.Date, TimeSpan.Zero);
}
