using FederatedQuery.Cold.Writing;
using FederatedQuery.Iceberg.Catalogs;

namespace FederatedQuery.Tiering.Moves;

/// <summary>The finishing COMMIT was sent and its answer lost: the move may have happened.</summary>
/// <param name="staged">Null with a REST catalog, where others settle what has become of it.</param>
internal sealed class CommitUnknownException(StagedCommit? staged, ColdFiles files, MoveResult result, Exception innerException)
    : Exception("The answer to the COMMIT of a move was lost.", innerException)
{
    public StagedCommit? Staged { get; } = staged;

    public ColdFiles Files { get; } = files;

    /// <summary>If it did happen.</summary>
    public MoveResult Result { get; } = result;
}
