using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Writing;

/// <summary>The FIELD_IDS option of DuckDB's <c>COPY TO</c>: Iceberg's column ids, nested ones too (Iceberg spec: Appendix A, Parquet).</summary>
internal static class ParquetFieldIds
{
    /// <param name="names">What the columns are called in the file, in their order.</param>
    public static string Of(Schema schema, IReadOnlyList<string> names) =>
        Struct(schema.Fields.Zip(names, (field, name) => field with { Name = name }));

    private static string Struct(IEnumerable<NestedField> fields, string own = "") =>
        $"{{{own}{string.Join(", ", fields.Select(field => $"{DuckDBSql.QuoteIdentifier(field.Name)}: {Of(field)}"))}}}";

    private static string Of(NestedField field)
    {
        var own = $"__duckdb_field_id: {field.Id}, ";
        return field.Type switch
        {
            StructType nested => Struct(nested.Fields, own),
            ListType list => Struct([list.ElementField], own),
            MapType map => Struct([map.KeyField, map.ValueField], own),
            _ => field.Id.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
    }
}
