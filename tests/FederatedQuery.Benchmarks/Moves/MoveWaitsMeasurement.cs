using System.Diagnostics;
using System.Globalization;
using System.Text;
using FederatedQuery.Benchmarks.Comparing;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Moves;
using FederatedQuery.Hot.Partitions;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Tiering;
using FederatedQuery.Tiering.Moves;
using FederatedQuery.Tiering.Tables;

namespace FederatedQuery.Benchmarks.Moves;

/// <summary>
/// How long those wait who read and write the very day that is moved: a reader of the day, a writer of late rows and one who changes rows of it all the time, each a statement after
/// the other. Beside the same with nothing being moved.
/// </summary>
internal static class MoveWaitsMeasurement
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);
    private static readonly TableName Table = new("public", "waits");
    private static readonly DateOnly Quiet = new(2024, 3, 1);
    private static readonly DateOnly Changed = new(2024, 3, 2);

    public static async Task<AreaReport> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await using var tiers = await BothTiers.StartAsync(cancellationToken);
        await LoadAsync(tiers, options.MovedRows, cancellationToken);
        var table = await tiers.Get<TieringService>().ConfigureAsync(new ConfigureTiering { TableName = Table.Name, TimeColumn = "date" }, cancellationToken);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"move-waits: a day of {options.MovedRows:N0} rows; milliseconds a statement took");
        text.AppendLine();
        text.AppendLine("| while | who | statements | median | 99 % | worst |");
        text.AppendLine("| --- | --- | --- | --- | --- | --- |");
        await MeasureAsync(tiers, text, "nothing moves", Quiet, true, () => Task.Delay(Idle, cancellationToken), cancellationToken);
        await MeasureAsync(tiers, text, "the day moves", Quiet, false, () => MoveAsync(tiers, table, Quiet, cancellationToken), cancellationToken);
        await MeasureAsync(tiers, text, "the day moves and is changed all the time", Changed, true, () => MoveAsync(tiers, table, Changed, cancellationToken), cancellationToken);
        return new AreaReport([], text.ToString());
    }

    private static async Task LoadAsync(BothTiers tiers, int rowsPerDay, CancellationToken cancellationToken)
    {
        await tiers.ExecuteAsync(
            "CREATE TABLE waits (id bigint, date timestamp NOT NULL, delay integer, note text, PRIMARY KEY (id, date)) PARTITION BY RANGE (date); CREATE INDEX ON waits (date);",
            cancellationToken);
        await tiers.Get<DayPartitions>().EnsureAsync(Table, [Quiet, Changed], cancellationToken);
        foreach (var day in new[] { Quiet, Changed })
        {
            await tiers.ExecuteAsync(
                $"INSERT INTO waits SELECT i, timestamp '{day:yyyy-MM-dd}' + i * interval '1 day' / {rowsPerDay}, i % 300, md5(i::text) FROM generate_series(0::bigint, {rowsPerDay} - 1) AS numbers(i)",
                cancellationToken);
        }

        await tiers.ExecuteAsync("VACUUM ANALYZE waits", cancellationToken);
    }

    private static async Task MoveAsync(BothTiers tiers, TieredTable table, DateOnly day, CancellationToken cancellationToken)
    {
        var moved = await tiers.Get<TableMover>().MoveAsync(
            table, new MoveUnit(Table, PartitionNames.Day(Table, day), day, IsWholeSource: true), job: null, cancellationToken);
        Console.Error.WriteLine($"{moved}");
    }

    private static async Task MeasureAsync(
        BothTiers tiers, StringBuilder text, string phase, DateOnly day, bool isChanged, Func<Task> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var start = $"timestamp '{day:yyyy-MM-dd}'";
        var late = Stopwatch.GetTimestamp();
        List<(string Who, Task<List<double>> Waits)> actors =
        [
            ("reads an hour of it", RunAsync(tiers, random => $"SELECT count(*) FROM waits WHERE {Span(start, random.Next(24), "hours")}", stop.Token)),
            ("adds a row to it", RunAsync(tiers, random => $"INSERT INTO waits VALUES ({late++}, {start} + interval '{random.Next(86_000)} seconds', 0, 'late')", stop.Token)),
        ];
        if (isChanged)
        {
            actors.Add(("changes a minute of it", RunAsync(
                tiers, random => $"UPDATE waits SET delay = delay + 1 WHERE {Span(start, random.Next(1440), "minutes")}", stop.Token)));
        }

        await work();
        await stop.CancelAsync();
        foreach (var (who, running) in actors)
        {
            var waits = await running;
            waits.Sort();
            text.AppendLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {phase} | {who} | {waits.Count:N0} | {waits[waits.Count / 2]:N1} | {waits[(int)(waits.Count * 0.99)]:N1} | {waits[^1]:N0} |"));
        }
    }

    private static string Span(string start, int number, string unit) => string.Create(
        CultureInfo.InvariantCulture, $"date >= {start} + interval '{number} {unit}' AND date < {start} + interval '{number + 1} {unit}'");

    /// <returns>How long each statement took.</returns>
    private static async Task<List<double>> RunAsync(BothTiers tiers, Func<Random, string> sql, CancellationToken stop)
    {
        var (waits, random) = (new List<double>(), new Random(17));
        while (!stop.IsCancellationRequested || waits.Count == 0)
        {
            var watch = Stopwatch.StartNew();
            await tiers.ExecuteAsync(sql(random), CancellationToken.None);
            waits.Add(watch.Elapsed.TotalMilliseconds);
            await Task.Delay(5, CancellationToken.None);
        }

        return waits;
    }
}
