using System.Globalization;
using FederatedQuery.Hot.Copy;
using FederatedQuery.Hot.Copy.Decoding;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;

namespace FederatedQuery.Hot.Scans;

/// <summary>The SELECT of a scan.</summary>
internal static class CopyStatement
{
    public static void RequireReadable(IEnumerable<CopyColumn> columns)
    {
        foreach (var column in columns)
        {
            _ = ValueDecoder.For(column.Type, column.VectorType);
        }
    }

    /// <param name="columns">Indexes into the scan's columns; may be none, for rows without columns.</param>
    /// <param name="part">One of <see cref="Parts"/>; null: the whole table.</param>
    public static string Select(HotScan scan, IReadOnlyList<int> columns, ScanPart? part)
    {
        var list = string.Join(", ", columns.Select(i => scan.Outputs[i]));
        var conditions = new[] { scan.Where, part?.Condition }.Where(condition => condition is not null).ToArray();
        var where = conditions.Length == 0 ? "" : $" WHERE {string.Join(" AND ", conditions)}";
        var source = (part?.Source ?? scan.Source).ToSql();
        return scan.First is { } first ? first.Select(list, source, where, scan.Table) : $"SELECT {list} FROM {source}{where}{GroupBy(scan)}";
    }

    public static string Copy(string select) => $"COPY ({select}) TO STDOUT (FORMAT binary)";

    /// <summary>
    /// The table in parts that together hold each row once: its day partitions, by bounds so that the planner prunes what the condition
    /// excludes; the rest as the partitions that they are.
    /// </summary>
    public static IReadOnlyList<ScanPart> Parts(HotScan scan)
    {
        var table = scan.Table;
        if (scan.MaximumThreads == 1 || table.RangePartitionColumn is not { } name || table.Partitions.Length < 2 || table.FindColumn(name) is not { } column)
        {
            return [new ScanPart(scan.Source, null)];
        }

        return [.. table.Partitions.Select(partition => partition is { From: { } from, To: { } to }
            ? new ScanPart(scan.Source, $"{SqlIdentifier.Quote(name)} >= {Bound(column, from)} AND {SqlIdentifier.Quote(name)} < {Bound(column, to)}")
            : new ScanPart(partition.Name, null))];
    }

    /// <summary>A column as rows of it are read.</summary>
    public static string Expression(CopyColumn column)
    {
        var name = SqlIdentifier.Quote(column.Name);
        return !column.Type.ReadAsText ? name
            : column.Type.Wire == PostgresWireKind.Array ? $"{name}::text[]"
            : $"{name}::text";
    }

    /// <summary>All rows as one group have to be said to be one where a query uses none of its figures.</summary>
    private static string GroupBy(HotScan scan) => scan.GroupBy is not { } keys ? ""
        : keys.Count == 0 ? " HAVING true"
        : $" GROUP BY {string.Join(", ", keys)}";

    private static string Bound(PostgresColumn column, DateTimeOffset bound) => column.Field.Type switch
    {
        Iceberg.Spec.DateType => $"'{bound.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}'::date",
        Iceberg.Spec.TimestampType => $"'{bound.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}'::timestamp",
        _ => $"'{bound.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff+00", CultureInfo.InvariantCulture)}'::timestamptz",
    };
}

/// <summary>A part of a scan.</summary>
/// <param name="Source">The table or partition.</param>
/// <param name="Condition">Which of its rows; null: all.</param>
internal sealed record ScanPart(TableName Source, string? Condition);
