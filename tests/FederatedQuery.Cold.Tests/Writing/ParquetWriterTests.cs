using FederatedQuery.Cold.Writing;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Tests.Writing;

public sealed class ParquetWriterTests : ParquetWriterTest
{
    [Fact]
    public async Task Write_EveryPrimitive_GivesExactBounds()
    {
        var schema = new Schema(0,
            NestedField.RequiredField(1, "i", IcebergType.Int),
            NestedField.RequiredField(2, "l", IcebergType.Long),
            NestedField.OptionalField(3, "d", IcebergType.Decimal(12, 2)),
            NestedField.OptionalField(4, "date", IcebergType.Date),
            NestedField.OptionalField(5, "time", IcebergType.Time),
            NestedField.OptionalField(6, "ts", IcebergType.Timestamp),
            NestedField.OptionalField(7, "tz", IcebergType.Timestamptz),
            NestedField.OptionalField(8, "s", IcebergType.String),
            NestedField.OptionalField(9, "u", IcebergType.Uuid),
            NestedField.OptionalField(10, "b", IcebergType.Boolean),
            NestedField.OptionalField(11, "f", IcebergType.Double),
            NestedField.OptionalField(12, "nan", IcebergType.Double),
            NestedField.OptionalField(13, "n", IcebergType.Long));

        var file = await Write(schema, """
            SELECT -5 AS i, -9000000000 AS l, -1.25 AS d, DATE '1969-12-31' AS date, TIME '01:02:03.5' AS time, TIMESTAMP '1960-01-01 00:00:00.000001' AS ts,
              TIMESTAMPTZ '1969-12-31 23:59:59.999999+00' AS tz, 'Zürich' AS s, '00000000-0000-0000-0000-000000000001'::UUID AS u, false AS b, -0.5 AS f, 'nan'::DOUBLE AS nan, NULL AS n
            UNION ALL
            SELECT 7, 9000000000, 3.50, DATE '2024-02-29', TIME '23:59:59.999999', TIMESTAMP '2024-01-01', TIMESTAMPTZ '2024-01-01 00:00:00+00', 'étude',
              'ffffffff-ffff-ffff-ffff-ffffffffffff'::UUID, true, 2.5, 1.0, NULL
            """);

        Assert.Equal(2, file.RecordCount);
        Assert.Equal(new FileInfo(file.LocalPath).Length, file.SizeBytes);
        AssertBounds(file, 1, Literal.Int(-5), Literal.Int(7));
        AssertBounds(file, 2, Literal.Long(-9_000_000_000), Literal.Long(9_000_000_000));
        AssertBounds(file, 3, Literal.Decimal(-125, 2), Literal.Decimal(350, 2));
        AssertBounds(file, 4, Literal.Date(-1), Literal.Date(19782));
        AssertBounds(file, 5, Literal.Time(3_723_500_000), Literal.Time(86_399_999_999));
        AssertBounds(file, 6, Literal.Timestamp(-315_619_199_999_999), Literal.Timestamp(1_704_067_200_000_000));
        AssertBounds(file, 7, Literal.Timestamptz(-1), Literal.Timestamptz(1_704_067_200_000_000));
        AssertBounds(file, 8, Literal.String("Zürich"), Literal.String("étude"));
        AssertBounds(file, 9, Literal.Uuid(new Guid("00000000-0000-0000-0000-000000000001")), Literal.Uuid(new Guid("ffffffff-ffff-ffff-ffff-ffffffffffff")));
        AssertBounds(file, 10, Literal.Boolean(false), Literal.Boolean(true));
        AssertBounds(file, 11, Literal.Double(-0.5), Literal.Double(2.5));
        Assert.Equal(0, file.Statistics[11].NanCount);
        Assert.Null(file.Statistics[12].NanCount);
        Assert.Equal((2L, 2L), (file.Statistics[13].ValueCount, file.Statistics[13].NullCount));
        AssertBounds(file, 13, null, null);
    }

    [Fact]
    public async Task Write_NestedColumns_CarriesFieldIdsOfEveryLevel()
    {
        var schema = new Schema(0,
            NestedField.OptionalField(1, "s", new StructType(NestedField.OptionalField(2, "x", IcebergType.Int))),
            NestedField.OptionalField(3, "l", new ListType(4, IcebergType.String, elementRequired: false)),
            NestedField.OptionalField(5, "m", new MapType(6, IcebergType.String, 7, IcebergType.Long, valueRequired: false)));

        var file = await Write(schema, "SELECT {'x': 1} AS s, ['a', 'b'] AS l, MAP {'k': 5} AS m");

        using var result = Connection.Query(
            $"SELECT string_agg(name || ':' || field_id, ' ') FROM parquet_schema({DuckDBSql.QuoteLiteral(file.LocalPath)}) WHERE field_id IS NOT NULL");
        using var chunk = result.ReadChunk();
        Assert.Equal("s:1 x:2 l:3 element:4 m:5 key:6 value:7", chunk![0].String(0));
        AssertBounds(file, 2, Literal.Int(1), Literal.Int(1));
        AssertBounds(file, 4, Literal.String("a"), Literal.String("b"));
        AssertBounds(file, 7, Literal.Long(5), Literal.Long(5));
    }

    [Fact]
    public async Task Write_SortOrder_SortsRowsInSmallRowGroups()
    {
        var schema = new Schema(0, NestedField.RequiredField(1, "a", IcebergType.Long), NestedField.RequiredField(2, "b", IcebergType.Long));
        var order = new SortOrder(1, new SortField(2, Transform.Identity, SortDirection.Descending, NullOrder.NullsFirst));

        var file = await Write(schema, "SELECT i AS a, (i * 7919) % 100003 AS b FROM range(50000) t(i)", order);

        var path = DuckDBSql.QuoteLiteral(file.LocalPath);
        using var result = Connection.Query($"""
            SELECT (SELECT count(*) FROM (SELECT b, lag(b) OVER (ORDER BY file_row_number) AS before FROM read_parquet({path}, file_row_number = true)) WHERE before < b),
                   (SELECT count(DISTINCT row_group_id) FROM parquet_metadata({path}))
            """);
        using var chunk = result.ReadChunk();
        Assert.Equal(0, chunk![0].Values<long>()[0]);
        Assert.Equal(3, chunk[1].Values<long>()[0]);
    }

    [Theory]
    [InlineData("repeat('a', 40)", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")]
    [InlineData("repeat('a', 31) || '😀😀'", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")]
    [InlineData("'short'", "short", "short")]
    public async Task Write_LongText_CutsBoundsOutwards(string value, string lower, string upper)
    {
        var schema = new Schema(0, NestedField.RequiredField(1, "s", IcebergType.String));

        var file = await Write(schema, $"SELECT {value} AS s");

        AssertBounds(file, 1, Literal.String(lower), Literal.String(upper));
    }

    private static void AssertBounds(WrittenFile file, int fieldId, Literal? lower, Literal? upper)
    {
        Assert.Equal(lower, file.Statistics[fieldId].Lower);
        Assert.Equal(upper, file.Statistics[fieldId].Upper);
    }
}
