using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Cold.Erasing;

/// <summary>Which rows of a table are meant, in a form that was checked and that both tiers are asked in.</summary>
/// <param name="Sql">
/// An expression of DuckDB's SQL over the table's columns by their plain names, of type BOOLEAN, which is the same for a row each time. JSON columns are text to it.
/// </param>
/// <param name="Superset">What of it can be told without DuckDB: true for all rows that match, and perhaps for others.</param>
/// <param name="Columns">The columns that it names.</param>
public sealed record RowMatch(string Sql, Expression Superset, IReadOnlyList<string> Columns);
