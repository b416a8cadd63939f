using FederatedQuery.DuckDb.Types;

namespace FederatedQuery.DuckDb.TableFunctions;

/// <summary>One call of a table function with its arguments. Must stay as it is: a prepared statement scans it many times, also at once.</summary>
public abstract class TableFunctionBinding
{
    /// <summary>All columns, at least one.</summary>
    public abstract IReadOnlyList<DuckDBField> Columns { get; }

    /// <summary>Null when it is not known.</summary>
    public virtual TableFunctionCardinality? Cardinality => null;

    /// <summary>Begins a scan.</summary>
    /// <param name="projectedColumns">
    /// Indexes into <see cref="Columns"/> in the order of the output chunk: only what the query uses. -1 stands for a column whose values do not
    /// matter (<c>count(*)</c>): leave it alone, only the chunk's count is read.
    /// </param>
    /// <param name="cancellationToken">Cancelled when the query is given up or fails elsewhere.</param>
    public abstract TableFunctionScan Open(IReadOnlyList<int> projectedColumns, CancellationToken cancellationToken);
}
