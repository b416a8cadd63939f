using System.Globalization;
using FederatedQuery.Cold;
using FederatedQuery.Hot.Control;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Tiering.Repartition;

/// <summary>The figures of a repartition, read from the table itself: whichever process did the work, and whatever died in between.</summary>
internal sealed class RepartitionOutcomes(ColdCatalog catalog, ManifestCache manifests)
{
    private readonly ScanPlanner _planner = new(manifests);

    /// <summary>Of a job that has done its work.</summary>
    public async Task<RepartitionOutcome> ReadAsync(Job job, TableIdentifier identifier, RepartitionArguments wanted, CancellationToken cancellationToken)
    {
        var table = await catalog.Catalog.LoadTableAsync(identifier, cancellationToken);
        var made = table.Metadata.Snapshots
            .Where(snapshot => snapshot.Summary.GetValueOrDefault(Repartitioner.JobProperty) == job.Id.ToString("D"))
            .OrderBy(snapshot => snapshot.SequenceNumber)
            .ToList();
        var figures = await ReadAsync(table, made.Count == 0 ? table.Metadata.CurrentSnapshot : made[^1], cancellationToken);
        if (made.Count == 0)
        {
            return figures with { Succeeded = true, Message = Say($"Table '{identifier}' is laid out by {wanted.Reason}; it had no files to rewrite.") };
        }

        // The files that it added are subtracted, those that it removed are added: the snapshot before may be expired by now.
        var before = figures.FilesAfter + made.Sum(snapshot => Figure(snapshot, "deleted-data-files") - Figure(snapshot, "added-data-files"));
        return figures with
        {
            Succeeded = true,
            Message = Say($"Table '{identifier}' is laid out by {wanted.Reason}: {figures.Rows:N0} rows in {figures.FilesAfter:N0} files of {figures.Partitions:N0} partitions, which were {before:N0} files."),
            FilesBefore = (int)before,
        };
    }

    /// <summary>Of the table as it is, for what was not done.</summary>
    public async Task<RepartitionOutcome> ReadUnchangedAsync(TableIdentifier identifier, string message, CancellationToken cancellationToken)
    {
        var table = await catalog.Catalog.LoadTableAsync(identifier, cancellationToken);
        return await ReadAsync(table, table.Metadata.CurrentSnapshot, cancellationToken) with { Message = message };
    }

    private async Task<RepartitionOutcome> ReadAsync(CatalogTable table, Snapshot? snapshot, CancellationToken cancellationToken)
    {
        var metadata = table.Metadata;
        var columns = metadata.DefaultSpec.Fields.Where(field => field.Transform is not VoidTransform)
            .Select(field => metadata.CurrentSchema.FindName(field.SourceId) ?? field.Name)
            .Distinct()
            .ToList();
        var scan = TableScan.Of(metadata) with { Locations = table.Locations };
        var plan = await _planner.PlanAsync(snapshot is null ? scan : scan.AtSnapshot(snapshot.SnapshotId), cancellationToken);
        var partitions = plan.Tasks.Select(task => (task.File.SpecId, task.File.Partition)).Distinct().Count();
        return new RepartitionOutcome(false, "", partitions, columns, plan.RecordsSelected, plan.FilesSelected, plan.FilesSelected);
    }

    private static long Figure(Snapshot snapshot, string name) =>
        snapshot.Summary.TryGetValue(name, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var figure) ? figure : 0;

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
