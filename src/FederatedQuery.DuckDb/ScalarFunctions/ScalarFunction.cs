using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.DuckDb.ScalarFunctions;

/// <summary>
/// A scalar function written in C#, called for a chunk of rows at a time, from several of DuckDB's threads at once. What it throws fails the query
/// with the exception's message and is the inner exception of what the caller gets.
/// </summary>
public abstract class ScalarFunction
{
    public abstract string Name { get; }

    public abstract IReadOnlyList<DuckDBLogicalType> Parameters { get; }

    /// <summary>Whether further arguments of any number and types may follow those of <see cref="Parameters"/>.</summary>
    public virtual bool IsVariadic => false;

    public abstract DuckDBLogicalType ReturnType { get; }

    /// <summary>True when equal arguments may give different results: DuckDB then calls it for each row, and never while planning.</summary>
    public virtual bool IsVolatile => false;

    /// <summary>False: a row with any null argument is null, whatever was written for it. True: the function decides.</summary>
    public virtual bool HandlesNulls => false;

    /// <summary>
    /// Writes one value for each row of <paramref name="arguments"/>. Arguments that are null hold nothing: ask
    /// <see cref="DuckDBVector.IsValid"/> before reading text or children.
    /// </summary>
    public abstract void Invoke(DataChunk arguments, DuckDBVectorWriter result, CancellationToken cancellationToken);
}
