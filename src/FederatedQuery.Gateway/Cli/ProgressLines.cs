using System.Globalization;
using FederatedQuery.Tiering.Loading;

namespace FederatedQuery.Gateway.Cli;

/// <summary>Says how a load goes on in lines, a few seconds apart: rows, share, rate.</summary>
internal sealed class ProgressLines(string table, TextWriter output, TimeProvider time) : IProgress<LoadProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly long _started = time.GetTimestamp();
    private long _lastLine = time.GetTimestamp();

    public void Report(LoadProgress value)
    {
        lock (_lock)
        {
            if (time.GetElapsedTime(_lastLine) < Pause)
            {
                return;
            }

            _lastLine = time.GetTimestamp();
            output.WriteLine(Line(value));
        }
    }

    public void Finish(long rows) =>
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{table}: {rows:N0} rows loaded in {time.GetElapsedTime(_started).TotalSeconds:0.0} s, {Rate(rows):N0} rows/s."));

    private string Line(LoadProgress value) => value.Total is > 0
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{table}: {value.Rows:N0} of {value.Total:N0} rows ({100.0 * value.Rows / value.Total:0}%), {Rate(value.Rows):N0} rows/s, {value.Phase}")
        : string.Create(CultureInfo.InvariantCulture, $"{table}: {value.Rows:N0} rows, {Rate(value.Rows):N0} rows/s, {value.Phase}");

    private double Rate(long rows) => rows / Math.Max(0.001, time.GetElapsedTime(_started).TotalSeconds);
}
