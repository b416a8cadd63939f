using System.Collections.Immutable;
using FederatedQuery.Iceberg.Manifests;

namespace FederatedQuery.Cold.Rewriting;

/// <summary>What a rewrite wrote.</summary>
/// <param name="Files">In their place in the store, not yet part of any snapshot; none when there were no rows.</param>
/// <param name="RowsRead">Rows of the files that were read, deleted ones not counted.</param>
/// <param name="RowsLeftOut">Those that matched <see cref="RewriteRequest.LeaveOut"/>; the rest is in <paramref name="Files"/>.</param>
/// <param name="BytesRead">Of the data files that were read.</param>
public sealed record ColdRewrite(ImmutableArray<DataFile> Files, long RowsRead, long RowsLeftOut, long BytesRead)
{
    public long Rows => Files.Sum(file => file.RecordCount);

    public long Bytes => Files.Sum(file => file.FileSizeInBytes);
}

/// <summary>How far a rewrite has come.</summary>
public sealed record RewriteProgress(int FilesRead, int FilesTotal, long BytesRead, long BytesTotal, long RowsWritten, int FilesWritten);
