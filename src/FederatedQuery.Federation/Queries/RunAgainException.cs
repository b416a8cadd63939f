using FederatedQuery.DuckDb;

namespace FederatedQuery.Federation.Queries;

/// <summary>DuckDB failed for a reason that a second run of the query does not meet. No row has left yet: an answer is whole or not at all.</summary>
/// <param name="failure">What DuckDB said: the answer, should the second run fail in the same way.</param>
/// <param name="readsAllColumns">
/// True when the statement reads a column that <see cref="Sql.ColumnUse"/> took for unused; false when a cached file turned out damaged, which is
/// dropped by now and comes anew.
/// </param>
internal sealed class RunAgainException(DuckDBException failure, bool readsAllColumns) : Exception(failure.Message, failure)
{
    public DuckDBException Failure { get; } = failure;

    public bool ReadsAllColumns { get; } = readsAllColumns;
}
