using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace FederatedQuery.Gateway.Metrics;

/// <summary>
/// Writes metrics in the text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4), with names as OpenTelemetry's
/// "Prometheus and OpenMetrics compatibility" makes them: dots become underscores, the unit and, for counters, <c>_total</c> are added.
/// </summary>
/// <param name="pools">What the names of those pools of connections begin with that are shown.</param>
internal sealed class PrometheusText(string pools)
{
    /// <summary>Of all pools of the process.</summary>
    public const string PoolMeter = "Npgsql";

    private const string PoolTag = "db.client.connection.pool.name";

    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();
    private readonly HashSet<string> _written = [];

    /// <summary>All that was written.</summary>
    public override string ToString() => _text.ToString();

    /// <summary>Writes a metric with all its points. Of two metrics of one name the first is written: two families of a name are not allowed.</summary>
    public void Write(Metric metric)
    {
        var type = TypeOf(metric.MetricType);
        if (type is null)
        {
            return;
        }

        var name = NameOf(metric.Name, metric.Unit, type);
        if (!_written.Add(name))
        {
            return;
        }

        if (metric.Description.Length > 0)
        {
            _text.Append("# HELP ").Append(name).Append(' ').Append(Escape(metric.Description, quote: false)).Append('\n');
        }

        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            if (pools.Length == 0 || metric.MeterName != PoolMeter || PoolOf(point.Tags).StartsWith(pools, StringComparison.Ordinal))
            {
                Write(name, metric.MetricType, in point);
            }
        }
    }

    private void Write(string name, MetricType type, in MetricPoint point)
    {
        switch (type)
        {
            case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                Sample(name, point.Tags, null, point.GetSumLong());
                break;
            case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                Sample(name, point.Tags, null, point.GetSumDouble());
                break;
            case MetricType.LongGauge:
                Sample(name, point.Tags, null, point.GetGaugeLastValueLong());
                break;
            case MetricType.DoubleGauge:
                Sample(name, point.Tags, null, point.GetGaugeLastValueDouble());
                break;
            default:
                var below = 0L;
                foreach (var bucket in point.GetHistogramBuckets())
                {
                    below += bucket.BucketCount;
                    Sample(name + "_bucket", point.Tags, bucket.ExplicitBound, below);
                }

                Sample(name + "_sum", point.Tags, null, point.GetHistogramSum());
                Sample(name + "_count", point.Tags, null, point.GetHistogramCount());
                break;
        }
    }

    private void Sample(string name, ReadOnlyTagCollection tags, double? bound, double value)
    {
        _text.Append(name);
        var separator = '{';
        foreach (var (tag, of) in tags)
        {
            _text.Append(separator).Append(Sanitize(tag)).Append("=\"").Append(Escape(Convert.ToString(of, CultureInfo.InvariantCulture) ?? "", quote: true)).Append('"');
            separator = ',';
        }

        if (bound is { } upper)
        {
            _text.Append(separator).Append("le=\"").Append(Number(upper)).Append('"');
            separator = ',';
        }

        _text.Append(separator == ',' ? "} " : " ").Append(Number(value)).Append('\n');
    }

    private static string PoolOf(ReadOnlyTagCollection tags)
    {
        foreach (var (tag, of) in tags)
        {
            if (tag == PoolTag)
            {
                return of as string ?? "";
            }
        }

        return "";
    }

    private static string? TypeOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.Histogram => "histogram",
        MetricType.LongGauge or MetricType.DoubleGauge or MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic => "gauge",
        // Exponential histograms have no place in this format; no view makes one here.
        _ => null,
    };

    private static string NameOf(string name, string unit, string type)
    {
        var text = Sanitize(name);
        var suffix = unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            "1" when type == "gauge" => "_ratio",
            _ => "",
        };
        text = text.EndsWith(suffix, StringComparison.Ordinal) ? text : text + suffix;
        return type == "counter" && !text.EndsWith("_total", StringComparison.Ordinal) ? text + "_total" : text;
    }

    private static string Sanitize(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            var valid = char.IsAsciiLetter(c) || (char.IsAsciiDigit(c) && text.Length > 0);
            if (valid || text.Length == 0 || text[^1] != '_')
            {
                text.Append(valid ? c : '_');
            }
        }

        return text.ToString();
    }

    private static string Escape(string text, bool quote)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quote ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
