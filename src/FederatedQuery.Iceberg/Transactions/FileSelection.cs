using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>Files of a table that are to leave it. For one attempt of one commit.</summary>
internal abstract class FileSelection
{
    /// <summary>False only when no live file of the manifest is selected.</summary>
    public abstract bool MayBeIn(ManifestFile manifest);

    /// <exception cref="IcebergException">ValidationFailed: the file is selected in part.</exception>
    public abstract bool Selects(ManifestEntry entry);

    /// <summary>Whether every data file that a delete file can apply to is selected.</summary>
    public virtual bool SelectsAllOf(DataFile deleteFile) => false;

    /// <summary>Called when all manifests have been looked through.</summary>
    /// <exception cref="IcebergException">ValidationFailed: a file that was to leave is not there.</exception>
    public virtual void RequireAllFound()
    {
    }
}

/// <summary>Files by name.</summary>
internal sealed class FilesByName(TableMetadata table, IReadOnlyCollection<DataFile> files) : FileSelection
{
    private readonly HashSet<DataFile> _files = [.. files];
    private readonly HashSet<DataFile> _missing = [.. files];
    private readonly PartitionSet _partitions = new(table, files);

    public static FilesByName? OrNone(TableMetadata table, IReadOnlyCollection<DataFile> files) => files.Count == 0 ? null : new FilesByName(table, files);

    public override bool MayBeIn(ManifestFile manifest) => _partitions.MayBeIn(manifest);

    public override bool Selects(ManifestEntry entry)
    {
        if (!_files.Contains(entry.DataFile))
        {
            return false;
        }

        _missing.Remove(entry.DataFile);
        return true;
    }

    public override void RequireAllFound()
    {
        if (_missing.Count > 0)
        {
            throw IcebergException.ValidationFailed(
                $"Table '{table.Location}' has not, or no longer, {(_missing.Count == 1 ? "the file" : $"{_missing.Count} files to remove, among them")} '{_missing.First().FilePath}': "
                + "somebody else has removed or rewritten it. Plan the change again.");
        }
    }
}

/// <summary>All files of some partitions.</summary>
internal sealed class FilesByPartition(PartitionSet partitions) : FileSelection
{
    public override bool MayBeIn(ManifestFile manifest) => partitions.MayBeIn(manifest);

    public override bool Selects(ManifestEntry entry) => partitions.Contains(entry.DataFile);

    public override bool SelectsAllOf(DataFile deleteFile) => partitions.Contains(deleteFile) && !partitions.IsGlobal(deleteFile);
}

/// <summary>Files whose every row matches a filter, as their partition and their metrics prove; none of whose rows may match it only in part.</summary>
internal sealed class FilesByFilter : FileSelection
{
    private readonly Expression _expression;
    private readonly SpecFilters _specs;

    public FilesByFilter(TableMetadata table, Expression filter)
    {
        _expression = filter;
        _specs = new SpecFilters(TableScan.Of(table), filter.Bind(table.CurrentSchema));
    }

    public override bool MayBeIn(ManifestFile manifest) => _specs.MayMatch(manifest);

    public override bool Selects(ManifestEntry entry)
    {
        var file = entry.DataFile;
        if (!_specs.Matches(file))
        {
            return false;
        }

        var residual = MetricsEvaluator.Residual(_specs.Residual(file), file.Metrics);
        return residual.IsTrue || (residual.IsFalse
            ? false
            : throw IcebergException.ValidationFailed(
                $"'{file.FilePath}' cannot be removed as a whole by '{_expression}': some of its rows match and others may not ('{residual}' is left open). "
                + "Delete its rows one by one, or rewrite it."));
    }

    public override bool SelectsAllOf(DataFile deleteFile) => _specs.Residual(deleteFile).IsTrue;
}

/// <summary>Several selections as one.</summary>
internal sealed class FilesOfAny(params FileSelection[] selections) : FileSelection
{
    public override bool MayBeIn(ManifestFile manifest) => selections.Any(selection => selection.MayBeIn(manifest));

    // All are asked: each notes what it has found.
    public override bool Selects(ManifestEntry entry) => selections.Count(selection => selection.Selects(entry)) > 0;

    public override bool SelectsAllOf(DataFile deleteFile) => selections.Any(selection => selection.SelectsAllOf(deleteFile));

    public override void RequireAllFound()
    {
        foreach (var selection in selections)
        {
            selection.RequireAllFound();
        }
    }
}

/// <summary>Delete files that apply to nothing any more once the data files are gone, and those that are to go anyway.</summary>
/// <param name="table">The table as it was.</param>
/// <param name="removed">The data files that leave it.</param>
/// <param name="lowestSequenceNumber">No data file that stays is older.</param>
/// <param name="selection">What selected the data files.</param>
/// <param name="others">Delete files that go by name.</param>
internal sealed class DanglingDeletes(
    TableMetadata table, IReadOnlyList<ManifestEntry> removed, long lowestSequenceNumber, FileSelection selection, FileSelection? others) : FileSelection
{
    private readonly HashSet<string> _paths = removed.Select(entry => entry.DataFile.FilePath).ToHashSet(StringComparer.Ordinal);
    private readonly PartitionSet _partitions = new(table, [.. removed.Select(entry => entry.DataFile)]);

    public override bool MayBeIn(ManifestFile manifest) =>
        IsOld(manifest.MinSequenceNumber) || _partitions.MayBeIn(manifest) || others?.MayBeIn(manifest) == true;

    public override bool Selects(ManifestEntry entry) => others?.Selects(entry) == true
        || IsOld(entry.SequenceNumber)
        || (entry.DataFile.ReferencedDataFile is { } path && _paths.Contains(path))
        || selection.SelectsAllOf(entry.DataFile);

    /// <summary>0 is from before there were sequence numbers.</summary>
    private bool IsOld(long sequenceNumber) => sequenceNumber > 0 && sequenceNumber < lowestSequenceNumber;
}
