using FederatedQuery.Benchmarks.Comparing;

namespace FederatedQuery.Benchmarks.GraphQL;

/// <summary>A server that answers one document, and what was measured of it, one figure per round.</summary>
internal sealed class ServerFigures(string name, ServerProcess server, string document, byte[] answer)
{
    private readonly LoadClient _client = new(server.Address, document);
    private readonly List<double> _rates = [];
    private readonly List<double> _processor = [];
    private readonly List<double> _medians = [];
    private readonly List<double> _p99s = [];
    private readonly List<double> _allocated = [];

    public string Name => name;

    public double RequestsPerSecond => Comparison.Median(_rates);

    /// <summary>Of the server's process, per request.</summary>
    public double ProcessorSeconds => Comparison.Median(_processor);

    public double MedianSeconds => Comparison.Median(_medians);

    public double P99Seconds => Comparison.Median(_p99s);

    /// <summary>Managed bytes of the whole request, Kestrel's included; null where the server does not say.</summary>
    public double? AllocatedBytes => _allocated.Count == 0 ? null : Comparison.Median(_allocated);

    /// <summary>Median of the rounds' ratios: rounds are run in turn, so what slows the machine for a while slows all.</summary>
    public static double ProcessorRatio(ServerFigures ours, ServerFigures theirs) => Ratio(ours._processor, theirs._processor);

    /// <inheritdoc cref="ProcessorRatio"/>
    public static double P99Ratio(ServerFigures ours, ServerFigures theirs) => Ratio(ours._p99s, theirs._p99s);

    public Task WarmUpAsync(TimeSpan duration, CancellationToken cancellationToken) => _client.RunAsync(duration, answer, cancellationToken);

    public async Task MeasureAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var allocated = await server.GetAllocatedBytesAsync(cancellationToken);
        var processor = server.ProcessorTime;
        var load = await _client.RunAsync(duration, answer, cancellationToken);
        _processor.Add((server.ProcessorTime - processor).TotalSeconds / load.Requests);
        _rates.Add(load.Requests / load.Elapsed.TotalSeconds);
        _medians.Add(load.Median.TotalSeconds);
        _p99s.Add(load.P99.TotalSeconds);
        if (await server.GetAllocatedBytesAsync(cancellationToken) is { } after)
        {
            _allocated.Add((after - allocated!.Value) / (double)load.Requests);
        }
    }

    private static double Ratio(List<double> ours, List<double> theirs) => Comparison.Median(ours.Zip(theirs, (our, their) => our / their));
}
