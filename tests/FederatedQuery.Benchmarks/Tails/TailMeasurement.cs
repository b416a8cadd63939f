using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using FederatedQuery.Benchmarks.Comparing;
using FederatedQuery.Testing;

namespace FederatedQuery.Benchmarks.Tails;

/// <summary>From the answer that a log record is taken in (202) to its arrival at subscribers of the live tail, each of which gets every record.</summary>
internal static class TailMeasurement
{
    private const int Records = 200;
    private const int Unmeasured = 999_999;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly int[] Counts = [1, 100, 2_000];

    public static async Task<AreaReport> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var table = new StringBuilder("| live tail, 20 records a second | subscribers | p50 | p99 | longest | missed | doubled | memory of the gateway |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n");
        using var folder = new DataFolder();
        await using var gateway = new GatewayProcess(folder.FullPath, new Dictionary<string, string> { ["MAINTENANCE_ENABLED"] = "false" });
        await gateway.StartAsync();
        foreach (var kind in TailKind.Of(gateway.Client.BaseAddress!))
        {
            foreach (var count in Counts)
            {
                table.Append(await MeasureAsync(gateway, kind, count, cancellationToken));
            }
        }

        return new AreaReport([], table.ToString());
    }

    private static async Task<string> MeasureAsync(GatewayProcess gateway, TailKind kind, int count, CancellationToken cancellationToken)
    {
        var readers = Enumerable.Range(0, count).Select(_ => new TailReader(kind, Records)).ToList();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            foreach (var some in readers.Chunk(50))
            {
                await Task.WhenAll(some.Select(reader => reader.SubscribeAsync(gateway.Port, cancellationToken)));
            }

            var reading = Task.WhenAll(readers.Select(reader => Task.Run(() => reader.ReadAsync(ending.Token), CancellationToken.None)));
            await UntilAsync(() => readers.TrueForAll(reader => reader.HasBegun), reading, () => PostAsync(gateway, Unmeasured, cancellationToken));
            var acknowledgedAt = new long[Records];
            for (var record = 0; record < Records; record++)
            {
                var begun = Stopwatch.GetTimestamp();
                await PostAsync(gateway, record, cancellationToken);
                acknowledgedAt[record] = Stopwatch.GetTimestamp();
                if (Interval - Stopwatch.GetElapsedTime(begun) is var left && left > TimeSpan.Zero)
                {
                    await Task.Delay(left, cancellationToken);
                }
            }

            await UntilAsync(() => readers.TrueForAll(reader => reader.Count == Records), reading, () => Task.CompletedTask);
            using var process = Process.GetProcessById(gateway.ProcessId);
            var memory = process.WorkingSet64;
            await ending.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // It may have come before the answer to its sender was read.
            var times = readers.SelectMany(reader => reader.CameAt.Select((came, record) => (came, record)).Where(one => one.came > 0)
                .Select(one => Math.Max(0, Stopwatch.GetElapsedTime(acknowledgedAt[one.record], one.came).TotalMilliseconds))).Order().ToList();
            return string.Create(
                CultureInfo.InvariantCulture,
                $"| {kind.Name} | {count:N0} | {times[times.Count / 2]:N0} ms | {times[times.Count * 99 / 100]:N0} ms | {times[^1]:N0} ms | {((long)count * Records) - times.Count} | {readers.Sum(reader => reader.Doubled)} | {memory / 1e6:N0} MB |\n");
        }
        finally
        {
            readers.ForEach(reader => reader.Dispose());
        }
    }

    /// <summary>Fails when a subscriber does; gives up waiting after a while, for what is missing is to be told.</summary>
    private static async Task UntilAsync(Func<bool> isSo, Task reading, Func<Task> meanwhile)
    {
        var started = Stopwatch.GetTimestamp();
        while (!isSo() && Stopwatch.GetElapsedTime(started) < Patience)
        {
            await meanwhile();
            if (await Task.WhenAny(reading, Task.Delay(TimeSpan.FromMilliseconds(250))) == reading)
            {
                await reading;
            }
        }
    }

    private static async Task PostAsync(GatewayProcess gateway, int number, CancellationToken cancellationToken)
    {
        using var content = new StringContent(
            string.Create(CultureInfo.InvariantCulture, $$"""{"message":"{{Encoding.ASCII.GetString(TailReader.Mark)}}{{number:D6}} of a service that has something to say"}"""),
            Encoding.ASCII, "application/json");
        using var response = await gateway.Client.PostAsync(new Uri("/logs", UriKind.Relative), content, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Accepted)
        {
            throw new InvalidOperationException($"A record was answered with {(int)response.StatusCode}.");
        }
    }
}
