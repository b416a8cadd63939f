using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FederatedQuery.Cold;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Materialized;

/// <summary>What the cold side of a table was when a statement read it.</summary>
/// <param name="Table">As <c>namespace.name</c>.</param>
/// <param name="Fingerprint">Of the table, its properties and the schema it was read with; null: it had no cold side.</param>
/// <param name="SnapshotId">Null: it had no rows yet.</param>
internal sealed record ColdState(string Table, string? Fingerprint, long? SnapshotId)
{
    private const string Replace = "replace";

    public static ColdState Of(string table, ColdTable? cold, TableScan? scan) => cold is null || scan is null
        ? new ColdState(table, null, null)
        : new ColdState(table, FingerprintOf(cold, scan), scan.Snapshot?.SnapshotId);

    /// <summary>
    /// Whether the table holds the same rows now. Snapshots that only replaced files (compaction, another layout) hold the rows of their parents (spec: Snapshots,
    /// <c>operation</c>).
    /// </summary>
    public bool IsStill(ColdTable? cold, TableScan? scan)
    {
        if (cold is null || scan is null)
        {
            return Fingerprint is null;
        }

        if (Fingerprint is null || Fingerprint != FingerprintOf(cold, scan))
        {
            return false;
        }

        var snapshot = scan.Snapshot;
        for (var steps = 0; steps <= scan.Table.Snapshots.Length; steps++)
        {
            if (snapshot?.SnapshotId == SnapshotId)
            {
                return true;
            }

            if (snapshot is not { Operation: Replace, ParentSnapshotId: { } parent })
            {
                return false;
            }

            if (parent == SnapshotId)
            {
                // Expired it may be, and no longer to be found.
                return true;
            }

            snapshot = scan.Table.FindSnapshot(parent);
        }

        return false;
    }

    public static string ToJson(IReadOnlyList<ColdState> states) => JsonSerializer.Serialize(states);

    public static IReadOnlyList<ColdState> Parse(string json) => JsonSerializer.Deserialize<List<ColdState>>(json)!;

    private static string FingerprintOf(ColdTable cold, TableScan scan)
    {
        var table = cold.Metadata;
        var text = new StringBuilder();
        text.Append(table.TableUuid).Append('\n').Append(table.Location).Append('\n').Append(SchemaJson.ToJson(scan.Schema)).Append('\n')
            .AppendJoin(',', cold.JsonFieldIds.Order()).Append('\n');
        foreach (var (name, value) in table.Properties.OrderBy(property => property.Key, StringComparer.Ordinal))
        {
            text.Append(name).Append('=').Append(value).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
