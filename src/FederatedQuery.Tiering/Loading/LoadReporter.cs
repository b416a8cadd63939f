namespace FederatedQuery.Tiering.Loading;

/// <summary>Counts the rows that a load has written and passes them on.</summary>
internal sealed class LoadReporter(IProgress<LoadProgress>? progress)
{
    private long _rows;

    public long? TotalRows { get; set; }

    public void Reading() => progress?.Report(new LoadProgress(LoadPhase.Reading, 0, null));

    public void Written(LoadPhase phase, long rows)
    {
        _rows += rows;
        progress?.Report(new LoadProgress(phase, _rows, TotalRows));
    }

    public void Committing() => Written(LoadPhase.Committing, 0);

    public void Done() => Written(LoadPhase.Done, 0);
}
