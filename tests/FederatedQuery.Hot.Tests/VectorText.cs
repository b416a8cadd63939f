using System.Globalization;
using System.Text;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.Hot.Tests;

/// <summary>Values of vectors as texts that tell every two different values apart, for comparison.</summary>
internal static class VectorText
{
    public static string Of(DuckDBVector vector, int row)
    {
        if (!vector.IsValid(row))
        {
            return "null";
        }

        return vector.Type.Type switch
        {
            DuckDBType.Boolean => vector.Values<byte>()[row].ToString(CultureInfo.InvariantCulture),
            DuckDBType.Integer or DuckDBType.Date => vector.Values<int>()[row].ToString(CultureInfo.InvariantCulture),
            DuckDBType.BigInt or DuckDBType.Time or DuckDBType.Timestamp or DuckDBType.TimestampTz =>
                vector.Values<long>()[row].ToString(CultureInfo.InvariantCulture),
            DuckDBType.Float => vector.Values<float>()[row].ToString("R", CultureInfo.InvariantCulture),
            DuckDBType.Double => vector.Values<double>()[row].ToString("R", CultureInfo.InvariantCulture),
            DuckDBType.Decimal => vector.Unscaled(row).ToString(CultureInfo.InvariantCulture),
            DuckDBType.Uuid => vector.Values<DuckDBUuid>()[row].ToGuid().ToString(),
            DuckDBType.Varchar => vector.String(row),
            DuckDBType.Blob => Convert.ToHexString(vector.Utf8(row)),
            DuckDBType.List => List(vector, row),
            DuckDBType.Struct => $"({string.Join(", ", Enumerable.Range(0, vector.Type.Fields.Count).Select(i => Of(vector.Field(i), row)))})",
            _ => throw new ArgumentOutOfRangeException(nameof(vector), vector.Type, "No text."),
        };
    }

    public static string Row(DataChunk chunk, int row)
    {
        var text = new StringBuilder();
        for (var i = 0; i < chunk.ColumnCount; i++)
        {
            text.Append(i > 0 ? " | " : "").Append(Of(chunk[i], row));
        }

        return text.ToString();
    }

    private static string List(DuckDBVector vector, int row)
    {
        var entry = vector.ListEntries[row];
        var child = vector.Child();
        return $"[{string.Join(", ", Enumerable.Range((int)entry.Offset, (int)entry.Length).Select(i => Of(child, i)))}]";
    }
}
