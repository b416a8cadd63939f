namespace FederatedQuery.Federation.Materialized;

/// <summary>
/// Tells which of the statements that are answered fast are worth storing all the same: those that are asked again. One whose stored results are out of date before
/// they were used has to be asked twice as often the next time. Bounded; thread-safe.
/// </summary>
internal sealed class RepeatedStatements
{
    private const int MaximumKnown = 10_000;
    private const int FirstRuns = 2;
    private const int MostRuns = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (int Runs, int Wanted)> _known = new(StringComparer.Ordinal);

    /// <summary>Counts a run.</summary>
    /// <returns>True when it is to be stored.</returns>
    public bool Ran(byte[] key) => Change(key, known => (known.Runs + 1, known.Wanted)) is var (runs, wanted) && runs >= wanted;

    /// <summary>A stored result was used.</summary>
    public void Used(byte[] key) => Change(key, _ => (FirstRuns, FirstRuns));

    /// <summary>A stored result was out of date.</summary>
    public void Wasted(byte[] key) => Change(key, known => (0, Math.Min(MostRuns, known.Wanted * 2)));

    private (int Runs, int Wanted) Change(byte[] key, Func<(int Runs, int Wanted), (int Runs, int Wanted)> change)
    {
        var name = Convert.ToHexStringLower(key);
        lock (_lock)
        {
            if (_known.Count >= MaximumKnown && !_known.ContainsKey(name))
            {
                _known.Clear();
            }

            return _known[name] = change(_known.TryGetValue(name, out var known) ? known : (0, FirstRuns));
        }
    }
}
