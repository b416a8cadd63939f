using FederatedQuery.Hot.Control;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Maintenance.Settings;

namespace FederatedQuery.Tiering.Maintenance;

/// <summary>What a step of maintenance is given.</summary>
public sealed class MaintenanceContext
{
    private readonly JobProgress _progress;
    private readonly double _from;
    private readonly double _to;

    /// <param name="from">Where the step begins on the scale of the job, 0 to 1.</param>
    /// <param name="to">Where it ends there.</param>
    internal MaintenanceContext(JobProgress progress, double from, double to)
    {
        _progress = progress;
        _from = from;
        _to = to;
    }

    public required Job Job { get; init; }

    public required TableIdentifier Table { get; init; }

    /// <summary>Null: the table has no hot tier.</summary>
    public required TieredTable? Tiered { get; init; }

    public required MaintenanceSettings Settings { get; init; }

    /// <summary>Commits only while the job's lease holds.</summary>
    public required ICatalog Catalog { get; init; }

    /// <summary>Says how far the step has come, 0 to 1.</summary>
    public void Report(double fraction, string message) => _progress.Report(_from + (Math.Clamp(fraction, 0, 1) * (_to - _from)), message);

    /// <summary>Adds what was read, written or removed to the job's figures.</summary>
    public void Add(long rows, long bytes) => _progress.Add(rows, bytes);
}
