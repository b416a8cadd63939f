using FederatedQuery.Cold.Writing;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transforms;

namespace FederatedQuery.Cold.Tests.Writing;

/// <summary>Partition values computed by DuckDB are those that the library computes.</summary>
public class PartitionSqlTests
{
    public static TheoryData<string, string, string[]> Cases => new()
    {
        { "long", "bucket[16]", ["34", "-1", "0", "9223372036854775807", "-9223372036854775808"] },
        { "int", "bucket[7]", ["34", "-2147483648"] },
        { "date", "bucket[16]", ["2017-11-16", "1969-12-31", "0001-01-01"] },
        { "time", "bucket[16]", ["22:31:08", "00:00:00.000001"] },
        { "timestamp", "bucket[16]", ["2017-11-16T22:31:08", "1969-12-31T23:59:59.999999"] },
        { "timestamptz", "bucket[16]", ["2017-11-16T22:31:08.000001+00:00", "1900-01-01T00:00:00+00:00"] },
        { "string", "bucket[16]", ["iceberg", "", "\U0001F600é", "O'Brien"] },
        { "uuid", "bucket[16]", ["f79c3e09-677c-4bbd-a479-3f349cb785e7", "00000000-0000-0000-0000-000000000000"] },
        { "decimal(12, 2)", "bucket[16]", ["14.20", "-14.20", "0.00", "-9999999999.99"] },
        { "decimal(38, 9)", "bucket[100]", ["-12345678901234567890123456789.123456789", "0.000000001"] },
        { "long", "truncate[10]", ["-1", "-10", "19", "9223372036854775807", "-9223372036854775808", "-9223372036854775801", "-9223372036854775798", "-9223372036854775800"] },
        { "int", "truncate[10]", ["-1", "-10", "19", "2147483647", "-2147483648", "-2147483641", "-2147483638", "-2147483640"] },
        { "int", "truncate[2147483647]", ["-1", "0", "2147483647", "2147483646", "-2147483648", "-2147483647"] },
        { "string", "truncate[2]", ["\U0001F600éa", "x"] },
        { "decimal(12, 2)", "truncate[50]", ["14.20", "-14.20", "0.00", "-0.01", "0.50"] },
        { "date", "year", ["1969-12-31", "2024-02-29"] },
        { "timestamp", "month", ["1969-12-31T23:59:59.999999", "2024-02-29T00:00:00"] },
        { "timestamptz", "day", ["1969-12-31T23:59:59.999999+00:00", "1970-01-01T00:00:00+00:00"] },
        { "timestamptz", "hour", ["1969-12-31T23:59:59.999999+00:00", "1970-01-01T00:59:59+00:00"] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Value_EveryTransform_IsThatOfTheSpecification(string typeText, string transformText, string[] texts)
    {
        var (type, transform) = (PrimitiveType.Parse(typeText), Transform.Parse(transformText));
        using var database = DuckDBDatabase.Open();
        using var connection = database.Connect();
        connection.Execute("SET TimeZone = 'UTC'");
        foreach (var function in BucketFunction.All)
        {
            connection.RegisterScalarFunction(function);
        }

        var schema = new Schema(0, NestedField.OptionalField(1, "c", type));
        var spec = new PartitionSpec(0, new PartitionField(1, 1000, "p", transform));
        var sql = PartitionSql.Value(spec.Fields[0], schema);
        foreach (var text in texts)
        {
            Assert.True(Literal.TryParse(type, text, out var value), text);
            var expected = transform.Apply((Literal?)value)!.Value;
            var source = $"(SELECT {DuckDbLiterals.Of(value)}::{DuckDbTypes.Of(type)} AS c)";
            using var result = connection.Query($"SELECT ({sql})::VARCHAR, {PartitionSql.Is(spec, schema, new PartitionData(expected))} FROM {source}");
            using var chunk = result.ReadChunk()!;
            Assert.True(DuckDbLiterals.TryParse((PrimitiveType)transform.ResultType(type), chunk[0].String(0), out var found), chunk[0].String(0));
            Assert.Equal((text, expected), (text, found));
            Assert.True(chunk[1].Values<bool>()[0], text);
        }

        using var none = connection.Query($"SELECT ({sql}) IS NULL, {PartitionSql.Is(spec, schema, new PartitionData((Literal?)null))} FROM (SELECT NULL::{DuckDbTypes.Of(type)} AS c)");
        using var row = none.ReadChunk()!;
        Assert.True(row[0].Values<bool>()[0] && row[1].Values<bool>()[0]);
    }
}
