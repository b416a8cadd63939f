using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using FederatedQuery.Benchmarks.Comparing;
using FederatedQuery.Benchmarks.GraphQL;
using FederatedQuery.Testing;

namespace FederatedQuery.Benchmarks.Ingest;

/// <summary>
/// Many open connections that each post one log record at a time: as fast as they are answered, then at one record a second each. The client is another process than the gateway,
/// on the same processors. All that was acknowledged must be stored afterwards.
/// </summary>
internal static class ConnectionsMeasurement
{
    private const int Accepted = 202;
    private const int BufferBytes = 512;
    private const int ConnectingAtATime = 500;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<AreaReport> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var table = new StringBuilder(string.Create(
            CultureInfo.InvariantCulture,
            $"| {options.Connections:N0} connections, a record of about 300 bytes each, {options.ConnectedTime.TotalSeconds:0} s | requests/s | failures | p50 | p99 | p99.9 | longest | fewest and most answers of a connection | memory of the gateway | its processors |\n"))
            .Append("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var (name, interval) in new[] { ("each posts again as soon as it is answered", TimeSpan.Zero), ("each posts once a second", TimeSpan.FromSeconds(1)) })
        {
            using var folder = new DataFolder();
            await using var gateway = new GatewayProcess(folder.FullPath, new Dictionary<string, string> { ["MAINTENANCE_ENABLED"] = "false" });
            await gateway.StartAsync();
            await PostAsync(gateway, 100, TimeSpan.Zero, options.WarmUpTime, cancellationToken);
            var run = await PostAsync(gateway, options.Connections, interval, options.ConnectedTime, cancellationToken);
            await RequireStoredAsync(gateway, cancellationToken);
            table.Append(CultureInfo.InvariantCulture, $"| {name} | {run.Sorted.Length / run.Elapsed.TotalSeconds:N0} | {run.Failures} | {run.At(0.5):N0} ms | {run.At(0.99):N0} ms | {run.At(0.999):N0} ms | {run.At(1):N0} ms | {run.Fewest}, {run.Most} | {run.MemoryBytes / 1e6:N0} MB | {run.Processors:0.00} |\n");
            foreach (var failure in run.FailureMessages)
            {
                Console.Error.WriteLine(failure);
            }
        }

        return new AreaReport([], table.ToString());
    }

    private static async Task<Run> PostAsync(GatewayProcess gateway, int count, TimeSpan interval, TimeSpan duration, CancellationToken cancellationToken)
    {
        var address = gateway.Client.BaseAddress!;
        var connections = new List<LoadConnection>(count);
        var failures = new ConcurrentQueue<string>();
        var times = new List<int>[count];
        using var process = Process.GetProcessById(gateway.ProcessId);
        try
        {
            while (connections.Count < count)
            {
                connections.AddRange(await Task.WhenAll(Enumerable.Range(0, Math.Min(ConnectingAtATime, count - connections.Count))
                    .Select(_ => LoadConnection.OpenAsync(address, cancellationToken, BufferBytes, Accepted))));
            }

            var processorTime = process.TotalProcessorTime;
            var started = Stopwatch.GetTimestamp();
            var posting = Task.WhenAll(connections.Select((connection, at) => Task.Run(
                async () => times[at] = await RepeatAsync(connection, Request(address, at), started, interval * at / count, interval, duration, failures, cancellationToken), cancellationToken)));
            var memory = 0L;
            while (await Task.WhenAny(posting, Task.Delay(TimeSpan.FromSeconds(1), cancellationToken)) != posting)
            {
                process.Refresh();
                memory = Math.Max(memory, process.WorkingSet64);
            }

            await posting;
            var elapsed = Stopwatch.GetElapsedTime(started);
            process.Refresh();
            return new Run(
                [.. times.SelectMany(ofConnection => ofConnection).Order()], elapsed, times.Min(ofConnection => ofConnection.Count), times.Max(ofConnection => ofConnection.Count),
                failures.Count, [.. failures.Distinct().Take(5)], memory, (process.TotalProcessorTime - processorTime) / elapsed);
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }

    /// <returns>How long each answer took, in microseconds.</returns>
    private static async Task<List<int>> RepeatAsync(
        LoadConnection connection, byte[] request, long started, TimeSpan first, TimeSpan interval, TimeSpan duration, ConcurrentQueue<string> failures, CancellationToken cancellationToken)
    {
        var times = new List<int>();
        for (var due = first; ; due += interval)
        {
            var now = Stopwatch.GetElapsedTime(started);
            if (due > now)
            {
                await Task.Delay(due - now, cancellationToken);
            }

            var asked = Stopwatch.GetTimestamp();
            if (Stopwatch.GetElapsedTime(started) >= duration)
            {
                return times;
            }

            try
            {
                await connection.AskAsync(request, cancellationToken);
                times.Add((int)Stopwatch.GetElapsedTime(asked).TotalMicroseconds);
            }
            catch (Exception error) when (error is InvalidDataException or System.Net.Sockets.SocketException)
            {
                // Counted and told; the connection is of no use any more.
                failures.Enqueue(error.Message);
                return times;
            }
        }
    }

    private static async Task RequireStoredAsync(GatewayProcess gateway, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while ((await gateway.DataAsync("{ ingestStatus { queuedRecords } }")).GetProperty("ingestStatus").GetProperty("queuedRecords").GetInt64() is var queued and > 0)
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new InvalidOperationException($"{queued} acknowledged records are not stored after {Patience}.");
            }

            await Task.Delay(50, cancellationToken);
        }
    }

    private static byte[] Request(Uri address, int connection)
    {
        var body = string.Create(
            CultureInfo.InvariantCulture,
            $$$"""{"level":"INFO","resourceId":"host-{{{connection}}}","traceId":"{{{Guid.CreateVersion7():N}}}","workflowName":"build","workflowNode":"n{{{connection % 40}}}","message":"{{{new string('m', 120)}}}","metadata":{"attempt":{{{connection % 7}}}}}""");
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"POST /logs HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
    }

    /// <param name="Sorted">Times of the answers, in microseconds.</param>
    /// <param name="MemoryBytes">The most that the gateway's process had.</param>
    /// <param name="Processors">That it used, on average.</param>
    private sealed record Run(
        int[] Sorted, TimeSpan Elapsed, int Fewest, int Most, int Failures, IReadOnlyList<string> FailureMessages, long MemoryBytes, double Processors)
    {
        /// <summary>In milliseconds.</summary>
        public double At(double share) => Sorted.Length == 0 ? 0 : Sorted[(int)Math.Min(Sorted.Length - 1, Sorted.Length * share)] / 1e3;
    }
}
