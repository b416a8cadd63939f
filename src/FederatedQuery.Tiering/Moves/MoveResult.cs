namespace FederatedQuery.Tiering.Moves;

/// <summary>What became of one day.</summary>
/// <param name="Rows">Moved; 0 when there was nothing (any more).</param>
/// <param name="Bytes">Of the data files.</param>
/// <param name="LateRows">Came while the move ran and stay hot until the next one.</param>
/// <param name="SnapshotId">The Iceberg snapshot that holds the rows; null when none were moved.</param>
public sealed record MoveResult(long Rows, long Bytes, long LateRows, long? SnapshotId)
{
    public static MoveResult Nothing { get; } = new(0, 0, 0, null);
}
