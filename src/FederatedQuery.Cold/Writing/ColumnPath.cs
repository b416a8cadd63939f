using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Writing;

/// <summary>How DuckDB's SQL names a field in relations whose columns are called by <see cref="DuckDbNames"/>.</summary>
internal static class ColumnPath
{
    /// <returns><c>"a"</c>, or <c>("a")."b"</c> for a field of a struct; null inside of lists and maps, where there are many values of a row.</returns>
    public static string? Of(Schema schema, SchemaField field) => field switch
    {
        { IsInListOrMap: true } => null,
        { Parent: { } parent } => $"({Of(schema, parent)}).{DuckDBSql.QuoteIdentifier(field.Name)}",
        _ => DuckDBSql.QuoteIdentifier(DuckDbNames.Of(schema.Fields)[schema.Fields.IndexOf(field.Field)]),
    };
}
