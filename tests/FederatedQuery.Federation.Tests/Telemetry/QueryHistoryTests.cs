using FederatedQuery.Federation.Telemetry;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Federation.Tests.Telemetry;

public class QueryHistoryTests
{
    [Fact]
    public void Quantiles_OfRandomDurations_AreWithinFivePercent() => Prop.ForAll(
        Gen.Choose(100, 80_000_000).ListOf().Where(list => list.Count > 0).ToArbitrary(),
        microseconds =>
        {
            var figures = new IntervalFigures();
            foreach (var duration in microseconds)
            {
                figures.Took(duration / 1e6, isError: false);
            }

            var sorted = microseconds.Order().ToList();
            var metric = figures.Of(default, DataSource.Federated);
            Assert.Equal(sorted.Count, metric.Queries);
            Near(sorted[(int)Math.Ceiling(sorted.Count * 0.5) - 1] / 1e3, metric.P50Milliseconds);
            Near(sorted[(int)Math.Ceiling(sorted.Count * 0.99) - 1] / 1e3, metric.P99Milliseconds);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task Read_AfterTheRetention_ForgetsIntervals()
    {
        var time = new SetTime(new DateTimeOffset(2026, 11, 22, 12, 0, 30, TimeSpan.Zero));
        using var history = new QueryHistory(Options.Create(new QueryHistoryOptions { Interval = TimeSpan.FromMinutes(1), Retention = TimeSpan.FromMinutes(5) }), time);
        await history.StartAsync(CancellationToken.None);
        using var telemetry = new ReadTelemetry();
        Fail();
        time.Now += TimeSpan.FromMinutes(4);
        Fail();
        Fail();

        var both = history.Read(null, null).Where(metric => metric.Tier == DataSource.None).ToList();
        Assert.Equal([(0, 1L, 1L), (4, 2L, 2L)], both.Select(metric => (metric.At.Minute, metric.Queries, metric.Errors)));
        Assert.Equal(4, Assert.Single(history.Read(both[1].At, null), metric => metric.Tier == DataSource.None).At.Minute);
        Assert.Equal(0, Assert.Single(history.Read(null, both[1].At), metric => metric.Tier == DataSource.None).At.Minute);

        time.Now += TimeSpan.FromMinutes(2);
        Assert.Equal(4, Assert.Single(history.Read(null, null), metric => metric.Tier == DataSource.None).At.Minute);

        // Of a source that no other test of this process reads from: instruments of one name are heard together.
        void Fail()
        {
            using var read = telemetry.Begin("test", DataSource.None);
            read.Failed(new FederatedQueryException(FailureKind.Timeout, "It took too long."));
        }
    }

    private static void Near(double expected, double actual) => Assert.InRange(actual, expected / 1.05, expected * 1.05);

    private sealed class SetTime(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
