using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Scanning;

/// <summary>A data file of a scan, as far as its manifest tells.</summary>
public sealed class ColdFile
{
    private readonly ScanTask _task;
    private readonly Schema _schema;

    internal ColdFile(ScanTask task, Schema schema) => (_task, _schema) = (task, schema);

    /// <summary>As the manifest has it. What is there under a path never changes.</summary>
    public string Path => _task.File.FilePath;

    /// <summary>Deleted ones included.</summary>
    public long Rows => _task.File.RecordCount;

    /// <summary>True when none of its rows is deleted, and every one satisfies what the metadata knows of the predicate (<see cref="ColdScan.IsPredicateKnown"/>).</summary>
    public bool HasAllRows => _task.Deletes.IsEmpty && _task.Residual.IsTrue;

    /// <summary>Between which values those of a column lie that are neither null nor NaN.</summary>
    /// <param name="column">The column's name.</param>
    /// <returns>Null where a bound is not known.</returns>
    public (Literal? Lower, Literal? Upper) BoundsOf(string column)
    {
        if (_schema.FindField(column) is not { Type: PrimitiveType type } field)
        {
            return (null, null);
        }

        return (Bound(_task.File.LowerBounds, field.Id, type), Bound(_task.File.UpperBounds, field.Id, type));
    }

    /// <param name="predicate">Made by <see cref="ColdScan.Bind"/>.</param>
    /// <returns>False only when no row of the file satisfies it.</returns>
    public bool MayMatch(BoundExpression predicate) => MetricsEvaluator.MayMatch(predicate, _task.File.Metrics);

    private static Literal? Bound(FieldIdMap<ReadOnlyMemory<byte>>? bounds, int id, PrimitiveType type) =>
        bounds is not null && bounds.TryGetValue(id, out var bytes) && Literal.TryFromBytes(type, bytes.Span, out var value) && !value.IsNaN ? value : null;
}
