using FederatedQuery.Cold.Scanning;
using FederatedQuery.Columns;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Rewriting;

/// <summary>Rows that a rewrite leaves out.</summary>
public sealed class LeftOutRows
{
    /// <summary>What a condition of DuckDB's SQL may call the rows.</summary>
    public const string Relation = RowCondition.Relation;

    private readonly Func<Schema, string> _sql;

    private LeftOutRows(Func<Schema, string> sql) => _sql = sql;

    /// <param name="predicate">
    /// Over the table's columns by their dotted names. Logic is two-valued as everywhere here: <c>!=</c> and <c>not in</c> match nulls too, so add <c>not null</c> where
    /// those must stay.
    /// </param>
    public static LeftOutRows Where(Expression predicate) => new(schema => RowCondition.Of(schema, predicate.Bind(schema), schema.Fields).Sql);

    /// <summary>By a condition that has been checked already: it is run as it is.</summary>
    /// <param name="condition">
    /// In DuckDB's SQL over columns by the names of <see cref="DuckDbNames"/>, of a relation called <see cref="Relation"/>. Three-valued: rows for which it is null stay.
    /// </param>
    public static LeftOutRows Where(string condition) => new(_ => condition);

    /// <exception cref="IcebergException">InvalidExpression: the predicate does not suit the schema.</exception>
    internal RowCondition In(Schema schema) => new(schema.Fields, $"({_sql(schema)})");
}
