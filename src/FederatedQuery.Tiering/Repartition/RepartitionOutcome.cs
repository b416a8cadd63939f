namespace FederatedQuery.Tiering.Repartition;

/// <summary>What became of a wish for another layout.</summary>
/// <param name="Succeeded">The table is laid out so now.</param>
/// <param name="Message">What was chosen and why, or why it is not done (yet).</param>
/// <param name="Partitions">That hold files.</param>
/// <param name="PartitionColumns">In the order of the partition spec.</param>
/// <param name="Rows">Of the table.</param>
/// <param name="FilesBefore">Data files that the table had; as many as after where nothing was rewritten.</param>
/// <param name="FilesAfter">Data files that it has.</param>
public sealed record RepartitionOutcome(
    bool Succeeded, string Message, int Partitions, IReadOnlyList<string> PartitionColumns, long Rows, int FilesBefore, int FilesAfter);
