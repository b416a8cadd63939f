namespace FederatedQuery.Tiering.Loading;

public enum LoadPhase
{
    /// <summary>The source is read; how many rows it has is not known yet.</summary>
    Reading,
    WritingCold,
    WritingHot,

    /// <summary>All rows are written and become visible together.</summary>
    Committing,
    Done,
}

/// <param name="Rows">Written so far, in both tiers.</param>
/// <param name="TotalRows">Null while reading.</param>
public sealed record LoadProgress(LoadPhase Phase, long Rows, long? TotalRows);

/// <param name="Table">As people write it.</param>
/// <param name="Created">False: the rows were added to a table that was there.</param>
public sealed record LoadResult(string Table, bool Created, long HotRows, long ColdRows, TimeSpan Elapsed)
{
    public long Rows => HotRows + ColdRows;
}
