namespace FederatedQuery.Benchmarks.Comparing;

/// <summary>One line of the table: the same work done by us and by somebody else, in the same run.</summary>
/// <param name="Area">The argument that measures it.</param>
/// <param name="Work">What was done.</param>
/// <param name="Rival">Who else did it.</param>
/// <param name="Ours">Seconds for the work, one figure per round.</param>
/// <param name="Theirs">Likewise, of the same rounds.</param>
/// <param name="Unit">How seconds are said.</param>
internal sealed record Comparison(string Area, string Work, string Rival, IReadOnlyList<double> Ours, IReadOnlyList<double> Theirs, Unit Unit)
{
    /// <summary>Our time over theirs, per round: below 1 we are faster. Rounds are pairs, so what slows the machine for a while slows both.</summary>
    public IReadOnlyList<double> Ratios { get; } = [.. Ours.Zip(Theirs, (ours, theirs) => ours / theirs)];

    public double Ratio => Median(Ratios);

    public static double Median(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
