using FederatedQuery.Cold.Rewriting;
using FederatedQuery.Iceberg.Manifests;

namespace FederatedQuery.Tiering.Maintenance.Compaction;

/// <summary>A group with what was written of it.</summary>
internal sealed record RewrittenGroup(CompactionGroup Group, ColdRewrite Rewrite);

/// <summary>What one compaction has done so far.</summary>
internal sealed class CompactionRun(IProgress<CompactionProgress>? progress)
{
    private readonly HashSet<DataFile> _given = [];
    private readonly Dictionary<DataFile, int> _conflicts = [];
    private int _groupsTotal = -1;
    private long _bytesTotal;
    private long _bytesDone;

    /// <summary>Files of later snapshots are not looked at, the compaction's own among them: so it ends.</summary>
    public long StartSequenceNumber { get; set; }

    public CompactionResult Result { get; private set; } = CompactionResult.Nothing;

    /// <summary>The groups that are yet to be tried.</summary>
    public IReadOnlyList<CompactionGroup> Open(IReadOnlyList<CompactionGroup> groups)
    {
        var open = groups.Where(group => !group.Files.Any(_given.Contains)).ToList();
        if (_groupsTotal < 0)
        {
            (_groupsTotal, _bytesTotal) = (open.Count, open.Sum(group => group.Bytes));
        }

        return open;
    }

    public void Rewritten(CompactionGroup group)
    {
        // Groups that are done again, or cut otherwise the second time, are no more of the whole than they were.
        _bytesDone = Math.Min(_bytesTotal, _bytesDone + group.Bytes);
        Report();
    }

    public void Failed(CompactionGroup group, string message)
    {
        _given.UnionWith(group.Files);
        Result = Result with { Failures = Result.Failures + 1, FirstFailure = Result.FirstFailure ?? message };
        Rewritten(group);
    }

    /// <param name="most">After so many conflicts a file is left for the next time.</param>
    public void Conflicted(CompactionGroup group, int most)
    {
        Result = Result with { Conflicts = Result.Conflicts + 1 };
        foreach (var file in group.Files)
        {
            var count = _conflicts.GetValueOrDefault(file) + 1;
            _conflicts[file] = count;
            if (count >= most)
            {
                _given.Add(file);
            }
        }

        Report();
    }

    public void Committed(IReadOnlyList<RewrittenGroup> groups, int deleteFilesRemoved)
    {
        Result = Result with
        {
            FilesBefore = Result.FilesBefore + groups.Sum(one => one.Group.Tasks.Length),
            FilesAfter = Result.FilesAfter + groups.Sum(one => one.Rewrite.Files.Length),
            BytesBefore = Result.BytesBefore + groups.Sum(one => one.Group.Bytes),
            BytesAfter = Result.BytesAfter + groups.Sum(one => one.Rewrite.Bytes),
            Rows = Result.Rows + groups.Sum(one => one.Rewrite.Rows),
            DeleteFilesRemoved = Result.DeleteFilesRemoved + deleteFilesRemoved,
            Groups = Result.Groups + groups.Count,
            Commits = Result.Commits + 1,
        };
        Report();
    }

    private void Report() => progress?.Report(new CompactionProgress(Math.Max(0, _groupsTotal), _bytesDone, _bytesTotal, Result));
}
