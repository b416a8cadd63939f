namespace FederatedQuery.Tiering.Moves;

/// <summary>How many rows are held at once: so many that their changers wait about a second.</summary>
internal sealed class HoldPace(int rows)
{
    private const int MostRows = 200_000;
    private const int MaximumFailures = 8;

    private static readonly TimeSpan Short = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TooLong = TimeSpan.FromSeconds(4);

    private int _failures;

    public int Rows { get; private set; } = Math.Clamp(rows, 1, MostRows);

    /// <summary>Rows were held that long.</summary>
    public void Took(TimeSpan hold, int most)
    {
        var next = hold > TooLong ? most / 4 : hold > Long ? most / 2 : hold < Short ? most * 2 : most;
        Rows = Math.Clamp(next, 1, MostRows);
    }

    /// <summary>Waits longer each time that it went wrong.</summary>
    /// <returns>False: often enough.</returns>
    public async Task<bool> TryPauseAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        if (++_failures >= MaximumFailures)
        {
            return false;
        }

        await Task.Delay(TimeSpan.FromMilliseconds(50 * Math.Pow(2, _failures) * (0.5 + (Random.Shared.NextDouble() / 2))), time, cancellationToken);
        return true;
    }
}
