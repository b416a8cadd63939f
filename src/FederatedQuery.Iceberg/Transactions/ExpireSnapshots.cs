using System.Collections.Immutable;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>
/// Drops snapshots and references, and says which files the table names no longer then. Each attempt of the commit looks at the table as it is by then, so what
/// somebody else began to use meanwhile stays. Deletes nothing.
/// </summary>
/// <param name="expire">Gives the table without what is to go: see <see cref="SnapshotExpiry"/>. Applied anew in each attempt.</param>
/// <param name="dropping">
/// Told, some at a time, of the files that an attempt is about to drop, before it is made; what is told of an attempt that fails stays named by the
/// table. A file may be told twice. What throws here ends the commit, and nothing has changed.
/// </param>
public sealed class ExpireSnapshots(
    Func<TableMetadata, TableMetadata> expire, Func<IReadOnlyList<UnreachableFile>, CancellationToken, Task> dropping) : TableChange
{
    private const int ToldAtOnce = 1_000;

    /// <summary>The snapshots that the last attempt dropped, oldest first.</summary>
    public ImmutableArray<Snapshot> Snapshots { get; private set; } = [];

    /// <summary>The branches and tags that the last attempt dropped.</summary>
    public ImmutableArray<string> Refs { get; private set; } = [];

    /// <summary>How many files the last attempt dropped.</summary>
    public long Files { get; private set; }

    /// <summary>What these files take in the store, as far as it is known.</summary>
    public long Bytes { get; private set; }

    internal override bool IsIn(TableMetadata table) => !Snapshots.IsEmpty && Snapshots.All(snapshot => table.FindSnapshot(snapshot.SnapshotId) is null);

    internal override async Task<TableMetadata> ApplyAsync(TableMetadata table, CommitFiles files, CancellationToken cancellationToken)
    {
        var next = expire(table);
        Snapshots = [.. table.Snapshots.Where(snapshot => next.FindSnapshot(snapshot.SnapshotId) is null)];
        Refs = [.. table.Refs.Keys.Where(name => !next.Refs.ContainsKey(name))];
        (Files, Bytes) = (0, 0);
        var told = new List<UnreachableFile>(OldMetadata(next));
        await foreach (var file in UnreachableFiles.ListAsync(table, next, files.Manifests, cancellationToken))
        {
            told.Add(file);
            if (told.Count >= ToldAtOnce)
            {
                await TellAsync(told, cancellationToken);
            }
        }

        await TellAsync(told, cancellationToken);
        return next;
    }

    /// <summary>The metadata files that leave the log with this commit.</summary>
    private static IEnumerable<UnreachableFile> OldMetadata(TableMetadata next) =>
        next.MetadataLog.Take(next.MetadataLog.Length + 1 - next.PreviousVersionsKept()).Select(entry => new UnreachableFile(entry.MetadataFile, null));

    private async Task TellAsync(List<UnreachableFile> files, CancellationToken cancellationToken)
    {
        if (files.Count > 0)
        {
            await dropping(files, cancellationToken);
            Files += files.Count;
            Bytes += files.Sum(file => file.SizeBytes ?? 0);
            files.Clear();
        }
    }
}
