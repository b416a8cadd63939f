using System.Collections.Immutable;
using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Cold.Files;

/// <summary>
/// What a query reads of a Parquet file. The file handed out holds at least that: a whole file always does, and does so whenever the selection
/// cannot be made (no field ids in the file, most of it wanted).
/// </summary>
/// <param name="FieldIds">Fields of the table's top level, each with everything below it. Columns only the filter names must be among them.</param>
public sealed record ColumnSelection(ImmutableHashSet<int> FieldIds)
{
    /// <summary>Row groups without a row that satisfies it may be left out.</summary>
    public BoundExpression Filter { get; init; } = BoundExpression.True;

    /// <summary>
    /// True where a row's place in the file counts: with position deletes, deletion vectors and row lineage. All row groups are kept then.
    /// </summary>
    public bool NeedsRowPositions { get; init; }
}
