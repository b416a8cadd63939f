using System.Globalization;
using FederatedQuery.Cold.Verification;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Verification;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Tables;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FederatedQuery.Tiering.Verification;

/// <summary>
/// The job <c>verify</c>: verifies all days of a table, and its keys over all days. It ends as failed when there is anything wrong, and names it. One that was cut short goes on with the days that are
/// not verified yet.
/// </summary>
public sealed class VerifyJob(
    PostgresConnections connections, VerifiedTables tables, TableVerifier verifier, KeyVerifier keys, OthersRows others, VerificationStore store, MoveStore moves,
    VerificationMetrics metrics, IOptions<TieringOptions> options)
{
    public const string Kind = "verify";

    private const int ViolationsNamed = 5;

    private readonly TieringOptions _options = options.Value;

    public JobKind AsKind() => new(Kind, RunAsync) { IsResumable = true };

    private async Task<string> RunAsync(Job job, JobProgress progress, CancellationToken cancellationToken)
    {
        var name = TableNames.Parse(job.TableName ?? throw new TieringException(TieringErrorKind.InvalidArgument, "The job names no table."));
        var table = await tables.FindAsync(name, cancellationToken);
        await others.AdoptAsync(table, cancellationToken);
        var all = await verifier.ListAsync(table, _options.VerificationMaxBytes, cancellationToken);
        var known = await store.ListDaysAsync(name, cancellationToken);
        var (bytesTotal, bytesDone) = (Math.Max(1, all.Sum(range => range.Bytes)), 0L);
        foreach (var (number, range) in all.Index())
        {
            if (!IsDone(range, known, job.StartedAt ?? job.CreatedAt))
            {
                progress.Report((double)bytesDone / bytesTotal, string.Create(CultureInfo.InvariantCulture, $"Verifying {Say(range)}, part {number + 1} of {all.Count}."));
                var part = await verifier.VerifyAsync(table, range, cancellationToken);
                progress.Add(part.Days.Sum(day => day.ColdRows), part.Bytes);
            }

            bytesDone += range.Bytes;
        }

        progress.Report(1, "Looking for keys on several days.");
        var found = await keys.VerifyAsync(table, cancellationToken);
        return await ConcludeAsync(name, table, all, found is null, cancellationToken);
    }

    /// <summary>Whether the job has been here before: a day that the range knows, and all of them since the job began, by the database's clock.</summary>
    private static bool IsDone(DayRange range, IReadOnlyDictionary<DateOnly, (DateTimeOffset At, VerifiedDay Seen)> known, DateTimeOffset since)
    {
        var days = known.Where(day => range.Contains(day.Key)).ToList();
        return days.Count > 0 && days.TrueForAll(day => day.Value.At >= since);
    }

    private async Task<string> ConcludeAsync(
        TableName name, TieredTable table, IReadOnlyList<DayRange> all, bool areKeysUnknown, CancellationToken cancellationToken)
    {
        var known = await store.ListDaysAsync(name, cancellationToken);
        var days = known.Where(day => all.Any(range => range.Contains(day.Key))).Select(day => day.Value.Seen).ToList();
        await store.KeepOnlyAsync(name, days.Select(day => day.Day), cancellationToken);
        metrics.Open = await store.CountOpenAsync(null, cancellationToken);
        var count = await store.CountOpenAsync(name, cancellationToken);
        var (hot, late) = await CountHotAsync(name, table, cancellationToken);
        var ledger = await LedgerAsync(name, cancellationToken);
        var figures = string.Create(
            CultureInfo.InvariantCulture,
            $"{days.Count} days of table '{name}', {days.Sum(day => day.ColdRows)} cold rows ({ledger.Sum(day => day.RowsOfOthers)} added by others), {hot} hot rows ({late} of them older than the boundary)");
        var counted = days.Count(day => day.CountedOnly);
        var note = counted == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" The rows of {counted} days could only be counted: their checksums are of an older version.");
        note += areKeysUnknown ? " Whether a key is on several days is not known, for a file could not be read." : "";
        if (count == 0)
        {
            return $"0 violations: {figures}.{note}";
        }

        var first = await store.ListOpenAsync(name, ViolationsNamed, cancellationToken);
        throw new TieringException(
            TieringErrorKind.Violated,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{count} violations: {string.Join("; ", first.Select(violation => $"{violation.Day:yyyy-MM-dd}: {violation.Kind}: {violation.Detail}"))}{(count > first.Count ? "; ..." : "")}. Looked at: {figures}.{note}"));
    }

    private async Task<IReadOnlyList<LedgerDay>> LedgerAsync(TableName name, CancellationToken cancellationToken) =>
        LedgerDay.Of(await moves.ListAsync(name, cancellationToken));

    private async Task<(long Hot, long Late)> CountHotAsync(TableName name, TieredTable table, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        if (await PostgresIntrospector.FindAsync(connection, name, cancellationToken) is null)
        {
            return (0, 0);
        }

        var time = SqlIdentifier.Quote(table.TimeColumn);
        await using var command = new NpgsqlCommand(
            $"SELECT count(*), count(*) FILTER (WHERE {time} < $1) FROM {name.ToSql()}", connection)
        { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)table.Boundary?.UtcDateTime ?? DateTime.MinValue });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private static string Say(DayRange range) => range.From == range.To
        ? range.IsOfNoDay ? "rows without a time" : range.From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{range.From:yyyy-MM-dd} to {range.To:yyyy-MM-dd}");
}
