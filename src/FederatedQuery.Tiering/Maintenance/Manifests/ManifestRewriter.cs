using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.Tiering.Maintenance.Compaction;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Tiering.Maintenance.Manifests;

/// <summary>
/// Keeps planning cheap: where a table has many small manifests, or such as hold files of partitions all over the table, its files are sorted into new ones.
/// Data files are not touched. Safe for concurrent use.
/// </summary>
public sealed partial class ManifestRewriter(ManifestCache manifests, TableCommitter committer, ILogger<ManifestRewriter> logger)
{
    /// <summary>Rewrites the manifests of a table that are worth it, in one snapshot; makes none when there are none.</summary>
    /// <param name="catalog">Where the commit is made.</param>
    /// <param name="identifier">The table, of format version 2.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IcebergException">NotFound; Unsupported: the table is not written to; CommitConflict; CommitStateUnknown.</exception>
    public async Task<ManifestRewrite> RewriteAsync(ICatalog catalog, TableIdentifier identifier, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var table = await catalog.LoadTableAsync(identifier, cancellationToken);
        WritableTables.Check(table);
        var before = await ListAsync(table, cancellationToken);
        if (!ManifestLayout.Of(table.Metadata, before).Any(layout => layout.IsWorthRewriting))
        {
            return new ManifestRewrite(before.Count, before.Count, SnapshotId: null);
        }

        var change = new RewriteManifests { Properties = new Dictionary<string, string> { [Compactor.PurposeProperty] = "manifests" } };
        var committed = await committer.CommitAsync(catalog, identifier, [change], cancellationToken);
        var after = await ListAsync(committed, cancellationToken);
        Log.Rewritten(logger, identifier.ToString(), before.Count, after.Count);
        return new ManifestRewrite(before.Count, after.Count, change.SnapshotId);
    }

    private async Task<IReadOnlyList<ManifestFile>> ListAsync(CatalogTable table, CancellationToken cancellationToken) => table switch
    {
        { Metadata.CurrentSnapshot: null } => [],
        { Locations: { } locations } => await manifests.GetManifestsAsync(table.Metadata.CurrentSnapshot, locations, cancellationToken),
        _ => await manifests.GetManifestsAsync(table.Metadata.CurrentSnapshot, cancellationToken),
    };

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.ManifestsRewritten, LogLevel.Information, "Rewrote the manifests of '{Table}': {ManifestsBefore} became {ManifestsAfter}")]
        public static partial void Rewritten(ILogger logger, string table, int manifestsBefore, int manifestsAfter);
    }
}

/// <summary>What a rewrite of manifests did.</summary>
/// <param name="ManifestsBefore">Of the table's current snapshot, data and delete manifests.</param>
/// <param name="ManifestsAfter">The same afterwards, with what others may have added meanwhile.</param>
/// <param name="SnapshotId">Null: there was nothing to do.</param>
public sealed record ManifestRewrite(int ManifestsBefore, int ManifestsAfter, long? SnapshotId);
