using FederatedQuery.DuckDb.Types;

namespace FederatedQuery.DuckDb.TableFunctions;

/// <summary>
/// A table function written in C#: bound once per mention in a statement, scanned once per execution, read by several of DuckDB's threads at once.
/// What any of its methods throws fails the query with the exception's message and is the inner exception of what the caller gets. Blocking is
/// fine, as long as the token given ends it.
/// </summary>
public abstract class TableFunction
{
    public abstract string Name { get; }

    /// <summary>Types of the positional parameters.</summary>
    public virtual IReadOnlyList<DuckDBLogicalType> Parameters => [];

    /// <summary>Types of the parameters written <c>name := value</c>; each may be left out.</summary>
    public virtual IReadOnlyDictionary<string, DuckDBLogicalType> NamedParameters => new Dictionary<string, DuckDBLogicalType>();

    /// <summary>Says what columns these arguments give. Runs while the statement is planned, on the caller's thread.</summary>
    public abstract TableFunctionBinding Bind(TableFunctionArguments arguments, CancellationToken cancellationToken);
}
