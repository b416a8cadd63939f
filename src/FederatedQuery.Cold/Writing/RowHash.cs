using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Writing;

/// <summary>A hash over all columns of a row, as an expression of DuckDB's SQL: the same for the same row in either tier.</summary>
public static class RowHash
{
    public static string Of(Schema schema) =>
        $"hash({string.Join(", ", schema.Fields.Select(field => $"{DuckDBSql.QuoteIdentifier(field.Name)}::{DuckDbTypes.Of(field.Type)}"))})";
}
