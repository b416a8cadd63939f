using System.Collections.Immutable;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Scanning;
using FederatedQuery.Cold.Writing;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transforms;

namespace FederatedQuery.Cold.Statistics;

/// <summary>
/// How many partitions a layout would make of a cold table's rows; of one column by identity, how many values it has. Exact: what a file's partition and its
/// bounds tell is taken from there, and of other files the columns in question are read.
/// </summary>
public sealed class ColdPartitionCounts
{
    /// <summary>Files read by one statement at most; the first reads one, which mostly tells whether there are too many values.</summary>
    private const int MostFiles = 64;

    private const long MostBytes = 1L << 30;

    private readonly ColdScans _scans;
    private readonly DuckDbEngine _engine;

    internal ColdPartitionCounts(ColdScans scans, DuckDbEngine engine)
    {
        _scans = scans;
        _engine = engine;
    }

    /// <param name="table">Whose current snapshot counts; rows that deletes take away may count too.</param>
    /// <param name="fields">The layout; at least one.</param>
    /// <param name="most">Counting ends beyond it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when there are more than <paramref name="most"/>.</returns>
    /// <exception cref="IcebergException">InvalidMetadata: a column cannot be partitioned so. Unsupported: a value cannot be, such as an infinite time.</exception>
    /// <exception cref="ObjectStore.ObjectStoreException">A file cannot be read.</exception>
    public async Task<int?> CountAsync(ColdTable table, IReadOnlyList<LayoutField> fields, int most, CancellationToken cancellationToken)
    {
        var schema = table.Metadata.CurrentSchema;
        var spec = ColdLayout.SpecOf(schema, fields);
        var plan = await _scans.PlanFilesAsync(table.Scan, cancellationToken);
        var seen = new HashSet<PartitionData>();
        var open = new List<ScanTask>();
        foreach (var task in plan.Tasks)
        {
            if (PartitionOf(task, fields) is { } partition)
            {
                seen.Add(partition);
            }
            else
            {
                open.Add(task);
            }
        }

        using var lease = await _engine.Pool.RentAsync(cancellationToken);
        for (var (next, count) = (0, 1); next < open.Count && seen.Count <= most; count = Math.Min(MostFiles, count * 8))
        {
            var batch = Batch(open, next, count);
            await ReadAsync(lease.Connection, plan with { Tasks = batch }, spec, fields, most + 1, seen, cancellationToken);
            next += batch.Length;
        }

        return seen.Count <= most ? seen.Count : null;
    }

    private static ImmutableArray<ScanTask> Batch(List<ScanTask> tasks, int start, int count)
    {
        var bytes = 0L;
        return [.. tasks.Skip(start).Take(count).TakeWhile((task, i) => (bytes += task.File.FileSizeInBytes) <= MostBytes || i == 0)];
    }

    /// <summary>The one partition that all rows of a file belong to; null when metadata alone does not tell.</summary>
    private static PartitionData? PartitionOf(ScanTask task, IReadOnlyList<LayoutField> fields)
    {
        var values = ImmutableArray.CreateBuilder<Literal?>(fields.Count);
        foreach (var field in fields)
        {
            if (!TryValueOf(task, field, out var value))
            {
                return null;
            }

            values.Add(value);
        }

        return new PartitionData(values.ToImmutable());
    }

    private static bool TryValueOf(ScanTask task, LayoutField field, out Literal? value)
    {
        var position = task.Spec.Fields.FirstOrDefault(known => known.SourceId == field.Column.Id && known.Transform.Equals(field.Transform)) is { } same
            ? task.Spec.Fields.IndexOf(same)
            : -1;
        if (position >= 0)
        {
            value = task.File.Partition[position];
            return true;
        }

        value = null;
        var file = task.File;
        if (file.NullValueCounts?.TryGetValue(field.Column.Id, out var nulls) != true)
        {
            return false;
        }

        if (nulls == file.RecordCount)
        {
            return true;
        }

        if (nulls == 0 && Bound(file.LowerBounds, field.Column) is { } lower && Bound(file.UpperBounds, field.Column) is { } upper)
        {
            value = field.Transform.Apply((Literal?)lower);
            // Buckets do not follow the order of values.
            return (field.Transform.PreservesOrder && value == field.Transform.Apply((Literal?)upper)) || lower == upper;
        }

        return false;
    }

    private static Literal? Bound(FieldIdMap<ReadOnlyMemory<byte>>? bounds, NestedField column) =>
        column.Type is PrimitiveType { HasLiterals: true } type && bounds?.TryGetValue(column.Id, out var bytes) == true
            && Literal.TryFromBytes(type, bytes.Span, out var value) && !value.IsNaN
            ? value
            : null;

    private async Task ReadAsync(
        DuckDBConnection connection, ScanPlan plan, PartitionSpec spec, IReadOnlyList<LayoutField> fields, int most, HashSet<PartitionData> seen,
        CancellationToken cancellationToken)
    {
        var schema = plan.Scan.Schema;
        var scan = _scans.Of(plan, [.. fields.Select(field => field.Column).Distinct()]);
        using var open = await _scans.OpenOnAsync(connection, scan, cancellationToken);
        var values = spec.Fields.Select(field => PartitionSql.Value(field, schema)).ToList();
        seen.UnionWith(await PartitionTuples.AtMostAsync(connection, $"({scan.SelectSql}) AS rows", spec, spec.PartitionType(schema), values, most, cancellationToken));
    }
}
