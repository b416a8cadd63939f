using System.Globalization;
using FederatedQuery.Iceberg;

namespace FederatedQuery.Tiering.Maintenance.Manifests;

/// <summary>Sorts a table's manifests where that makes planning cheaper.</summary>
internal sealed class ManifestStep(ManifestRewriter rewriter) : IMaintenanceStep
{
    public string Name => "manifests";

    public async Task<string?> RunAsync(MaintenanceContext context, CancellationToken cancellationToken)
    {
        try
        {
            var result = await rewriter.RewriteAsync(context.Catalog, context.Table, cancellationToken);
            return result.SnapshotId is null
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"Sorted the files of {result.ManifestsBefore} manifests into {result.ManifestsAfter}.");
        }
        catch (IcebergException unsupported) when (unsupported.Kind == IcebergErrorKind.Unsupported)
        {
            // Compaction has said so.
            return null;
        }
    }
}
