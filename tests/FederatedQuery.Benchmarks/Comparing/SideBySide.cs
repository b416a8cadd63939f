using System.Diagnostics;

namespace FederatedQuery.Benchmarks.Comparing;

/// <summary>Runs two ways of doing the same work in turn, and who begins changes with every round.</summary>
internal static class SideBySide
{
    /// <summary>Wall-clock seconds of each, after one unmeasured run of both.</summary>
    public static async Task<Comparison> TimeAsync(
        string area, string work, string rival, Unit unit, int rounds, Func<Task> ours, Func<Task> theirs, CancellationToken cancellationToken)
    {
        await ours();
        await theirs();
        return await MeasureAsync(area, work, rival, unit, rounds, () => SecondsAsync(ours), () => SecondsAsync(theirs), cancellationToken);
    }

    /// <summary>Figures that the work itself gives, in seconds.</summary>
    public static async Task<Comparison> MeasureAsync(
        string area, string work, string rival, Unit unit, int rounds, Func<Task<double>> ours, Func<Task<double>> theirs,
        CancellationToken cancellationToken)
    {
        var (our, their) = (new double[rounds], new double[rounds]);
        for (var round = 0; round < rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (round % 2 == 0)
            {
                our[round] = await ours();
                their[round] = await theirs();
            }
            else
            {
                their[round] = await theirs();
                our[round] = await ours();
            }
        }

        return new Comparison(area, work, rival, our, their, unit);
    }

    private static async Task<double> SecondsAsync(Func<Task> work)
    {
        // What the other side left to collect is not charged to this one.
        GC.Collect();
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
