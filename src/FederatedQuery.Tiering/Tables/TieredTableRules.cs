using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Tiering.Tables;

/// <summary>
/// What engines that come through the catalog may do to cold tables. Those of their own they may do anything to; the cold tier of a table of PostgreSQL may
/// be read, appended to, compacted, tagged and cleaned up, and must keep what moves and reads rely on.
/// </summary>
public sealed class TieredTableRules(PostgresIntrospector introspector, TieredTableStore tables)
{
    /// <summary>A <see cref="Iceberg.Serving.TableGuard"/>.</summary>
    public async Task CheckAsync(TableIdentifier identifier, TableMetadata? before, TableMetadata? after, CancellationToken cancellationToken)
    {
        var hot = new TableName(TableNames.SchemaOf(identifier.Namespace), identifier.Name);
        var tiered = await tables.FindAsync(hot, cancellationToken);
        if (tiered is not null)
        {
            if (WhyNot(before, after) is { } reason)
            {
                throw new RestCatalogException(403, RestErrorType.Forbidden, $"Table '{identifier}' is the cold tier of PostgreSQL's table '{hot}': {reason}.");
            }
        }
        else if (before is null && after is not null && await introspector.FindAsync(hot, cancellationToken) is not null)
        {
            throw new RestCatalogException(
                409,
                RestErrorType.AlreadyExists,
                $"The name '{identifier}' is that of PostgreSQL's table '{hot}', and a table of one name in both tiers would be read as one. Choose another name, or tier that table (configureTiering).");
        }
    }

    private static string? WhyNot(TableMetadata? before, TableMetadata? after)
    {
        if (after is null)
        {
            return "it cannot be dropped, unregistered, replaced or renamed, for the rows that were moved out of PostgreSQL are there alone";
        }

        if (before is null)
        {
            return "another table cannot take its place";
        }

        if (!after.CurrentSchema.SameStructure(before.CurrentSchema))
        {
            return "its columns follow that table's and are not changed here, neither their names, types and ids nor their number";
        }

        if (!ColdSchemas.KeepsSource(before, after))
        {
            return "which of its columns belongs to which of that table is not changed here";
        }

        if (after.FormatVersion != before.FormatVersion)
        {
            return $"it stays of format version {before.FormatVersion}, which moves write";
        }

        if (after.Location != before.Location)
        {
            return "it stays where it is";
        }

        return KeepsItsRows(before, after)
            ? null
            : $"its branch '{SnapshotRef.MainBranch}' may only move on, to snapshots that follow the present one; going back would take away rows that were moved out of PostgreSQL";
    }

    private static bool KeepsItsRows(TableMetadata before, TableMetadata after)
    {
        if (before.CurrentSnapshotId is not { } present)
        {
            return true;
        }

        // Snapshots in between may have been expired by the same commit, but then the state before still knows them.
        var seen = new HashSet<long>();
        for (var id = after.CurrentSnapshotId; id is { } at && seen.Add(at); id = (after.FindSnapshot(at) ?? before.FindSnapshot(at))?.ParentSnapshotId)
        {
            if (at == present)
            {
                return true;
            }
        }

        return false;
    }
}
