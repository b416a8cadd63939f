namespace FederatedQuery.Tiering.Maintenance.Compaction;

/// <summary>What a compaction did.</summary>
/// <param name="FilesBefore">Data files that were rewritten.</param>
/// <param name="FilesAfter">Data files that have their rows now.</param>
/// <param name="BytesBefore">Of the data files that were rewritten.</param>
/// <param name="BytesAfter">Of those that took their place.</param>
/// <param name="Rows">In these.</param>
/// <param name="DeleteFilesRemoved">Delete files that the table needs no more.</param>
/// <param name="Groups">Groups that were committed.</param>
/// <param name="Conflicts">Times that a group was rewritten for nothing, since others had changed its files meanwhile; it was done again, or left for the next time.</param>
/// <param name="Failures">Groups that cannot be rewritten, such as those with a broken file; they stay as they are.</param>
/// <param name="FirstFailure">Why the first of them cannot.</param>
/// <param name="Commits">Snapshots made. 0: there was nothing to do.</param>
public sealed record CompactionResult(
    int FilesBefore, int FilesAfter, long BytesBefore, long BytesAfter, long Rows, int DeleteFilesRemoved, int Groups, int Conflicts, int Failures, string? FirstFailure, int Commits)
{
    public static CompactionResult Nothing { get; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0, null, 0);
}

/// <summary>How far a compaction has come.</summary>
/// <param name="BytesDone">Of <paramref name="BytesTotal"/>, the data files to be rewritten.</param>
/// <param name="Done">What is committed.</param>
public sealed record CompactionProgress(int GroupsTotal, long BytesDone, long BytesTotal, CompactionResult Done);
