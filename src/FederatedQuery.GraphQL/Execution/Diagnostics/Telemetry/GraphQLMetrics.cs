using System.Diagnostics.Metrics;

namespace FederatedQuery.GraphQL.Execution.Diagnostics.Telemetry;

/// <summary>The instruments. Their attributes have few values: none comes from a request but codes, which are bounded.</summary>
internal sealed class GraphQLMetrics
{
    private static readonly double[] Seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30];
    private static readonly long[] Keys = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500];

    private readonly Histogram<double> _requestDuration;
    private readonly UpDownCounter<long> _activeRequests;
    private readonly Counter<long> _cacheLookups;
    private readonly Counter<long> _errors;
    private readonly UpDownCounter<long> _activeSubscriptions;
    private readonly Histogram<double> _slowFieldDuration;
    private readonly Histogram<long> _batchKeys;

    public GraphQLMetrics(Meter meter)
    {
        _requestDuration = meter.CreateHistogram(
            "graphql.server.request.duration", "s", "From the document to a result that can be written.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
        _activeRequests = meter.CreateUpDownCounter<long>("graphql.server.active_requests", "{request}", "Requests being executed.");
        _cacheLookups = meter.CreateCounter<long>("graphql.server.document_cache.lookups", "{lookup}", "Documents that were, or were not, parsed and validated before.");
        _errors = meter.CreateCounter<long>("graphql.server.errors", "{error}", "Errors in responses.");
        _activeSubscriptions = meter.CreateUpDownCounter<long>("graphql.server.active_subscriptions", "{subscription}", "Source streams being read.");
        _slowFieldDuration = meter.CreateHistogram(
            "graphql.server.slow_field.duration", "s", "Resolvers that took longer than the threshold.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
        _batchKeys = meter.CreateHistogram(
            "graphql.server.dataloader.batch.keys", "{key}", "Keys fetched at once.", advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = Keys });
    }

    public bool IsEnabled => _requestDuration.Enabled || _activeRequests.Enabled || _cacheLookups.Enabled || _errors.Enabled
        || _activeSubscriptions.Enabled || _slowFieldDuration.Enabled || _batchKeys.Enabled;

    public void RequestBegins() => _activeRequests.Add(1);

    public void RequestEnds(TimeSpan duration, string? operationType, string? errorType)
    {
        _activeRequests.Add(-1);
        var type = new KeyValuePair<string, object?>(TelemetryNames.OperationType, operationType ?? TelemetryNames.OtherError);
        if (errorType is null)
        {
            _requestDuration.Record(duration.TotalSeconds, type);
        }
        else
        {
            _requestDuration.Record(duration.TotalSeconds, type, new(TelemetryNames.ErrorType, errorType));
        }
    }

    public void CacheLookup(bool hit) => _cacheLookups.Add(1, new KeyValuePair<string, object?>(TelemetryNames.CacheResult, hit ? "hit" : "miss"));

    public void Error(string phase, string errorType) =>
        _errors.Add(1, new KeyValuePair<string, object?>(TelemetryNames.Phase, phase), new(TelemetryNames.ErrorType, errorType));

    public void SubscriptionBegins() => _activeSubscriptions.Add(1);

    public void SubscriptionEnds() => _activeSubscriptions.Add(-1);

    public void SlowField(string coordinate, TimeSpan duration) =>
        _slowFieldDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>(TelemetryNames.FieldCoordinate, coordinate));

    public void Batch(string dataLoader, int keys) => _batchKeys.Record(keys, new KeyValuePair<string, object?>(TelemetryNames.DataLoaderName, dataLoader));
}
