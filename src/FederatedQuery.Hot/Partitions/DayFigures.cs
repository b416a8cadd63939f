namespace FederatedQuery.Hot.Partitions;

/// <summary>How much of a day lies in the hot tier.</summary>
/// <param name="Day">In UTC.</param>
/// <param name="IsEstimate">True when the rows are the statistics collector's; bytes always are estimates of a share, or a whole partition's.</param>
public sealed record DayFigures(DateOnly Day, long Rows, long Bytes, bool IsEstimate);
