using System.Text.Json;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;

namespace FederatedQuery.Iceberg.Tests.Spec;

public class LiteralVectorsTests
{
    [SharedFact]
    public void ToBytes_EveryVector_GivesItsBytesAndReadsThemBack()
    {
        var count = 0;
        foreach (var vector in SharedVectors.Section("binary_single_value").GetProperty("values").EnumerateArray())
        {
            var (type, value, hex) = Read(vector);

            Assert.Equal(hex, Convert.ToHexStringLower(value.ToBytes()));
            Assert.Equal(value, Literal.FromBytes(type, Convert.FromHexString(hex)));
            count++;
        }

        Assert.True(count >= 40);
    }

    [SharedFact]
    public void FromBytes_ReadOnlyVectors_GiveTheirValues()
    {
        foreach (var vector in SharedVectors.Section("binary_single_value_read_only").GetProperty("values").EnumerateArray())
        {
            var (type, value, hex) = Read(vector);

            Assert.Equal(value, Literal.FromBytes(type, Convert.FromHexString(hex)));
        }
    }

    [SharedFact]
    public void Json_EveryVector_RoundTrips()
    {
        foreach (var vector in SharedVectors.Get("json_single_value"))
        {
            var type = TypeOf(vector.GetProperty("type").GetString()!);
            var json = vector.GetProperty("json");

            var value = SingleValueJson.Read(type, json);
            var written = JsonText.Write(writer => SingleValueJson.Write(writer, value));

            Assert.True(JsonElement.DeepEquals(json, JsonDocument.Parse(written).RootElement), $"{type}: {written}");
            Assert.Equal(value, SingleValueJson.Read(type, JsonDocument.Parse(written).RootElement));
        }
    }

    private static IcebergType TypeOf(string text) => text switch
    {
        "struct" => new StructType(
            NestedField.OptionalField(1, "a", IcebergType.Int), NestedField.OptionalField(2, "b", IcebergType.String)),
        "list" => new ListType(1, IcebergType.Int, true),
        "map" => new MapType(1, IcebergType.String, 2, IcebergType.Int, true),
        _ => PrimitiveType.Parse(text),
    };

    private static (PrimitiveType Type, Literal Value, string Hex) Read(JsonElement vector)
    {
        var type = PrimitiveType.Parse(vector.GetProperty("type").GetString()!);
        var value = vector.GetProperty("value");
        var literal = type.TypeId is >= TypeId.Date and <= TypeId.TimestamptzNs
            ? Literal.Temporal(type.TypeId, value.GetInt64())
            : SingleValueJson.ReadLiteral(type, value);
        return (type, literal, vector.GetProperty("hex").GetString()!);
    }
}
