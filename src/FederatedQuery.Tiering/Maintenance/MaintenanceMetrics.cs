using System.Diagnostics.Metrics;

namespace FederatedQuery.Tiering.Maintenance;

/// <summary>The instruments of maintenance, of the meter <see cref="MeterName"/>; docs/telemetry.md lists them.</summary>
public sealed class MaintenanceMetrics : IDisposable
{
    public const string MeterName = "FederatedQuery.Tiering.Maintenance";

    private readonly Meter _meter;
    private readonly Counter<long> _snapshots;
    private readonly Counter<long> _files;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _compacted;
    private readonly Counter<long> _compactedBytes;
    private readonly Counter<long> _conflicts;

    public MaintenanceMetrics(IMeterFactory? meters = null)
    {
        // A factory owns its meters and gives the same one again.
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _snapshots = _meter.CreateCounter<long>("tiering.maintenance.expired", "{snapshot}", "Snapshots of cold tables that expired.");
        _files = _meter.CreateCounter<long>("tiering.maintenance.deleted", "{file}", "Files of cold tables that were deleted.");
        _bytes = _meter.CreateCounter<long>("tiering.maintenance.deleted_size", "By", "Their bytes, as far as metadata tells.");
        _failures = _meter.CreateCounter<long>("tiering.maintenance.delete_failures", "{file}", "Files that the store did not delete, each time that it did not.");
        _compacted = _meter.CreateCounter<long>("tiering.maintenance.compacted", "{file}", "Data files that compaction put others in the place of.");
        _compactedBytes = _meter.CreateCounter<long>("tiering.maintenance.compacted_size", "By", "Their bytes.");
        _conflicts = _meter.CreateCounter<long>("tiering.maintenance.compaction_conflicts", "{group}", "Groups of files that others changed while they were compacted.");
    }

    public void Dispose() => _meter.Dispose();

    internal void Expired(int snapshots) => _snapshots.Add(snapshots);

    internal void Deleted(int files, long bytes)
    {
        _files.Add(files);
        _bytes.Add(bytes);
    }

    internal void Compacted(int files, long bytes, int conflicts)
    {
        _compacted.Add(files);
        _compactedBytes.Add(bytes);
        _conflicts.Add(conflicts);
    }

    internal void NotDeleted(int files) => _failures.Add(files);
}
