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

    public void Finish(LoadResult result) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{table}: {result.Rows:N0} rows loaded in {result.Elapsed.TotalSeconds:0.0} s ({Rate(result.Rows):N0} rows/s): {result.HotRows:N0} hot, {result.ColdRows:N0} cold."));

    private string Line(LoadProgress value)
    {
        var phase = value.Phase switch
        {
            LoadPhase.Reading => "reading",
            LoadPhase.WritingCold => "writing cold rows",
            LoadPhase.WritingHot => "writing hot rows",
            LoadPhase.Committing => "committing",
            _ => "done",
        };
        return value.TotalRows is > 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{table}: {value.Rows:N0} of {value.TotalRows:N0} rows ({100.0 * value.Rows / value.TotalRows:0}%), {Rate(value.Rows):N0} rows/s, {phase}")
            : $"{table}: {phase} ...";
    }

    private double Rate(long rows) => rows / Math.Max(0.001, time.GetElapsedTime(_started).TotalSeconds);
}
