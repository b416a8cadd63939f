using System.Text.Json;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Types;

namespace FederatedQuery.Cold.Tests.Scanning;

/// <summary>Rows of DuckDB as the fixtures' index writes them; see <c>conventions</c> there.</summary>
internal static class JsonRows
{
    public static (IReadOnlyList<DuckDBColumn> Columns, List<JsonElement> Rows) Read(DuckDBConnection connection, string sql)
    {
        connection.Execute($"CREATE OR REPLACE TEMP TABLE answer AS {sql}");
        var columns = ColumnsOf(connection);
        var names = columns.Select((_, i) => $"column_{i}").ToList();
        var items = columns.Select((column, i) => $"to_json({Convert(names[i], column.Type)})");
        using var result = connection.Query($"SELECT to_json([{string.Join(", ", items)}])::VARCHAR FROM answer AS answer({string.Join(", ", names)})");
        var rows = new List<JsonElement>();
        foreach (var chunk in result.ReadChunks())
        {
            using (chunk)
            {
                for (var row = 0; row < chunk.Count; row++)
                {
                    rows.Add(JsonDocument.Parse(chunk[0].String(row)).RootElement.Clone());
                }
            }
        }

        return (columns, rows);
    }

    private static IReadOnlyList<DuckDBColumn> ColumnsOf(DuckDBConnection connection)
    {
        using var result = connection.Query("SELECT * FROM answer LIMIT 0");
        return result.Columns;
    }

    /// <summary>Numbers by value, everything else by what it says.</summary>
    public static bool AreSame(JsonElement expected, JsonElement actual) => (expected.ValueKind, actual.ValueKind) switch
    {
        (JsonValueKind.Number, JsonValueKind.Number) => expected.GetRawText() == actual.GetRawText()
            || expected.GetDouble().Equals(actual.GetDouble()) || (float)expected.GetDouble() == (float)actual.GetDouble(),
        (JsonValueKind.Array, JsonValueKind.Array) => expected.GetArrayLength() == actual.GetArrayLength()
            && expected.EnumerateArray().Zip(actual.EnumerateArray()).All(pair => AreSame(pair.First, pair.Second)),
        (JsonValueKind.Object, JsonValueKind.Object) => expected.EnumerateObject().Count() == actual.EnumerateObject().Count()
            && expected.EnumerateObject().All(property => actual.TryGetProperty(property.Name, out var value) && AreSame(property.Value, value)),
        var (first, second) when first == second => expected.ToString() == actual.ToString(),
        _ => false,
    };

    private static string Convert(string value, DuckDBLogicalType type) => type.Type switch
    {
        _ when type == DuckDBLogicalType.Json => $"{value}::VARCHAR",
        DuckDBType.Boolean or DuckDBType.Integer or DuckDBType.BigInt or DuckDBType.HugeInt => value,
        DuckDBType.Float or DuckDBType.Double => $"CASE WHEN isfinite({value}) THEN to_json({value}) ELSE to_json({value}::VARCHAR) END",
        DuckDBType.Blob => $"lower(hex({value}))",
        DuckDBType.List => $"list_transform({value}, lambda item: {Convert("item", type.Child!)})",
        DuckDBType.Map => $"list_transform(map_entries({value}), lambda entry: [to_json({Convert("entry.key", type.Fields[0].Type)}), to_json({Convert("entry.value", type.Fields[1].Type)})])",
        DuckDBType.Struct => $"CASE WHEN {value} IS NOT NULL THEN struct_pack({string.Join(", ", type.Fields.Select(field =>
            $"{DuckDBSql.QuoteIdentifier(field.Name)} := {Convert($"{value}.{DuckDBSql.QuoteIdentifier(field.Name)}", field.Type)}"))}) END",
        _ => $"{value}::VARCHAR",
    };
}
