using System.Globalization;
using System.Text;
using FederatedQuery.Benchmarks.Comparing;
using FederatedQuery.Benchmarks.GraphQL;

namespace FederatedQuery.Benchmarks.Subscribers;

/// <summary>
/// What WebSocket subscribers cost a server in memory: 1,000 that keep up, then the same number that read a thirteenth of what is sent to
/// them, so that the rest stays in the server's buffers and the kernel's.
/// </summary>
internal static class SubscribersMeasurement
{
    private const int Subscribers = 1000;
    private const int WarmUpSubscribers = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static async Task<AreaReport> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var table = new StringBuilder("| 1,000 WebSocket subscribers | events | memory of the process | of it managed, after a collection | each |\n| --- | --- | --- | --- | --- |\n");
        foreach (var (name, interval, bytes) in new[] { ("that keep up", 1000, 65536), ("that read 1 kB/s", 20, 200) })
        {
            await using var servers = new ServerSet();
            var server = await servers.StartOursAsync([], cancellationToken);
            await SubscribeAsync(server, WarmUpSubscribers, interval, bytes, TimeSpan.FromSeconds(2), cancellationToken);
            var (processBefore, managedBefore) = await MeasureAsync(server, cancellationToken);
            var (processAfter, managedAfter) = await SubscribeAsync(server, Subscribers, interval, bytes, options.SubscribedTime, cancellationToken);
            var (process, managed) = (processAfter - processBefore, managedAfter - managedBefore);
            table.Append(CultureInfo.InvariantCulture, $"| {name} | {1000 / interval}/s | +{process / 1e6:N1} MB | +{managed / 1e6:N1} MB | {process / 1e3 / Subscribers:N1} kB |\n");
        }

        return new AreaReport([], table.ToString());
    }

    private static async Task<(double Process, double Managed)> SubscribeAsync(
        ServerProcess server, int count, int interval, int bytes, TimeSpan time, CancellationToken cancellationToken)
    {
        var subscribers = new List<SlowSubscriber>();
        try
        {
            var buffer = new byte[bytes];
            for (var i = 0; i < count; i++)
            {
                subscribers.Add(await SlowSubscriber.OpenAsync(server.Address, $"subscription {{ ticks(milliseconds: {interval}) }}", cancellationToken));
                if (subscribers.Count % 50 == 0)
                {
                    // Opening so many takes longer than a client may be silent.
                    subscribers.ForEach(subscriber => subscriber.ReadSome(buffer));
                }
            }

            for (var pauses = time / Pause; pauses > 0; pauses--)
            {
                subscribers.ForEach(subscriber => subscriber.ReadSome(buffer));
                await Task.Delay(Pause, cancellationToken);
            }

            return subscribers.TrueForAll(subscriber => subscriber.Read > 0)
                ? await MeasureAsync(server, cancellationToken)
                : throw new InvalidDataException("Some subscribers got nothing.");
        }
        finally
        {
            subscribers.ForEach(subscriber => subscriber.Dispose());
        }
    }

    /// <summary>The process first: asking for the other makes it collect garbage.</summary>
    private static async Task<(double Process, double Managed)> MeasureAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        var process = server.WorkingSet;
        return (process, await server.GetHeapBytesAsync(cancellationToken));
    }
}
