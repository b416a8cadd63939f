using System.Globalization;
using System.Text;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.DuckDb.Tests.Vectors;

public sealed class DuckDBVectorTests : DuckDBTest
{
    [Fact]
    public void Values_FixedSizeTypes_AreReadInPlace()
    {
        Assert.True(Value<bool>("true"));
        Assert.Equal((sbyte)-7, Value<sbyte>("(-7)::TINYINT"));
        Assert.Equal((short)-700, Value<short>("(-700)::SMALLINT"));
        Assert.Equal(-70_000, Value<int>("-70000"));
        Assert.Equal(long.MinValue, Value<long>("'-9223372036854775808'::BIGINT"));
        Assert.Equal(byte.MaxValue, Value<byte>("255::UTINYINT"));
        Assert.Equal(ushort.MaxValue, Value<ushort>("65535::USMALLINT"));
        Assert.Equal(uint.MaxValue, Value<uint>("4294967295::UINTEGER"));
        Assert.Equal(ulong.MaxValue, Value<ulong>("18446744073709551615::UBIGINT"));
        Assert.Equal(Int128.MinValue, Value<Int128>("'-170141183460469231731687303715884105728'::HUGEINT"));
        Assert.Equal(UInt128.MaxValue, Value<UInt128>("340282366920938463463374607431768211455::UHUGEINT"));
        Assert.Equal(1.5f, Value<float>("1.5::FLOAT"));
        Assert.Equal(double.NaN, Value<double>("'nan'::DOUBLE"));
    }

    [Fact]
    public void Values_TemporalTypes_Convert()
    {
        Assert.Equal(new DateOnly(1969, 12, 31), Value<DuckDBDate>("DATE '1969-12-31'").ToDateOnly());
        Assert.Equal(DuckDBDate.Infinity, Value<DuckDBDate>("'infinity'::DATE"));
        Assert.Equal(new TimeOnly(1, 2, 3, 4, 5), Value<DuckDBTime>("TIME '01:02:03.004005'").ToTimeOnly());
        Assert.Equal(new DuckDBTimeTz(3_723_000_000, -19_800), Value<DuckDBTimeTz>("TIMETZ '01:02:03-05:30'"));
        Assert.Equal(-19_800, Value<DuckDBTimeTz>("TIMETZ '01:02:03-05:30'").OffsetSeconds);
        Assert.Equal(3_723_000_000, Value<DuckDBTimeTz>("TIMETZ '01:02:03-05:30'").Micros);
        Assert.Equal(new DateTime(1960, 2, 29, 1, 2, 3).AddMicroseconds(7), Value<DuckDBTimestamp>("TIMESTAMP '1960-02-29 01:02:03.000007'").ToDateTime());
        Assert.Equal(DateTimeOffset.UnixEpoch.AddHours(-2), Value<DuckDBTimestampTz>("TIMESTAMPTZ '1970-01-01 00:00:00+02'").ToDateTimeOffset());
        Assert.Equal(DuckDBTimestampTz.NegativeInfinity, Value<DuckDBTimestampTz>("'-infinity'::TIMESTAMPTZ"));
        Assert.Equal(new DuckDBTimestampS(61), Value<DuckDBTimestampS>("TIMESTAMP_S '1970-01-01 00:01:01'"));
        Assert.Equal(new DuckDBTimestampMs(1_001), Value<DuckDBTimestampMs>("TIMESTAMP_MS '1970-01-01 00:00:01.001'"));
        Assert.Equal(new DuckDBTimestampNs(1_000_000_001), Value<DuckDBTimestampNs>("TIMESTAMP_NS '1970-01-01 00:00:01.000000001'"));
        Assert.Equal(new DuckDBInterval(14, -3, 5), Value<DuckDBInterval>("INTERVAL '14 months -3 days 5 microseconds'"));
    }

    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")]
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffffff")]
    public void Values_Uuid_HasItsTopBitFlippedBack(string text)
    {
        var value = Value<DuckDBUuid>($"'{text}'::UUID");

        Assert.Equal(Guid.Parse(text), value.ToGuid());
        Assert.Equal(value, DuckDBUuid.From(Guid.Parse(text)));
    }

    [Theory]
    [InlineData(4, 1, "-999.9")]
    [InlineData(9, 4, "99999.9999")]
    [InlineData(18, 6, "-999999999999.999999")]
    [InlineData(28, 28, "0.0000000000000000000000000001")]
    [InlineData(38, 10, "-123456789012345678.0123456789")]
    public void Decimal_OfEveryWidth_IsExact(int width, int scale, string text)
    {
        var value = ReadOne($"SELECT '{text}'::DECIMAL({width},{scale})", (vector, row) => vector.Decimal(row));

        Assert.Equal(text, value.ToString());
        Assert.Equal(decimal.Parse(text, CultureInfo.InvariantCulture), value.ToDecimal());
        Assert.Equal((width, scale), ((int)value.Width, (int)value.Scale));
    }

    [Fact]
    public void Decimal_BeyondDotNet_ThrowsOverflow()
    {
        var value = ReadOne("SELECT '99999999999999999999999999999999999999'::DECIMAL(38,0)", (vector, row) => vector.Decimal(row));

        Assert.Throws<OverflowException>(() => value.ToDecimal());
    }

    [Fact]
    public void Values_OfAnotherSize_AreRefused()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => Value<int>("1::BIGINT"));

        Assert.Equal("A vector of BIGINT has values of 8 bytes (BigInt), but Int32 has 4.", exception.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(100_000)]
    public void Utf8_InlineAndLong_AreWhole(int length)
    {
        var text = new string('a', Math.Max(0, length - 2)) + (length >= 2 ? "é" : new string('b', length));

        Assert.Equal(text, ReadString("SELECT ?::VARCHAR", text));
        Assert.Equal(Encoding.UTF8.GetBytes(text), ReadOne("SELECT ?::BLOB", (vector, row) => vector.Utf8(row).ToArray(), Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void IsValid_NullsAcrossWords_AreSeen()
    {
        var valid = ReadAll("SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE i END FROM range(3000) t(i)", (vector, row) => vector.IsValid(row));

        Assert.Equal(Enumerable.Range(0, 3000).Select(i => i % 3 != 0), valid);
    }

    [Fact]
    public void Validity_NoNulls_IsEmpty()
    {
        using var result = Connection.Query("SELECT i FROM range(3) t(i)");
        using var chunk = result.ReadChunk();

        Assert.True(chunk![0].AllValid);
        Assert.True(chunk[0].Validity.IsEmpty);
    }

    [Fact]
    public void Child_ListsOfLists_FollowTheirEntries()
    {
        using var result = Connection.Query("SELECT unnest([[[1, 2], NULL], [], NULL, [[3]]]::INT[][][])");
        using var chunk = result.ReadChunk();

        var outer = chunk![0];
        var inner = outer.Child();
        var numbers = inner.Child();

        Assert.Equal("INTEGER[][]", outer.Type.ToString());
        Assert.False(outer.IsValid(2));
        Assert.Equal(
            ["1,2|null", "", "3"],
            new[] { 0, 1, 3 }.Select(row => string.Join('|', Range(outer.ListEntries[row]).Select(i => inner.IsValid(i)
                ? string.Join(',', Range(inner.ListEntries[i]).Select(j => numbers.Values<int>()[j]))
                : "null"))));
    }

    [Fact]
    public void Field_StructMapUnionArrayEnum_AreReachable()
    {
        using var result = Connection.Query(
            """
            SELECT {'a': 1, 'b': 'two'} AS s, MAP {'k': 5} AS m, union_value(t := 'u')::UNION(n INT, t VARCHAR) AS u,
                   [1, 2]::TINYINT[2] AS arr, 'y'::ENUM('x', 'y') AS e
            """);
        using var chunk = result.ReadChunk();

        Assert.Equal(1, chunk![0].Field(0).Values<int>()[0]);
        Assert.Equal("two", chunk[0].Field(1).String(0));
        Assert.Equal(new DuckDBListEntry(0, 1), chunk[1].ListEntries[0]);
        Assert.Equal("k", chunk[1].Child().Field(0).String(0));
        Assert.Equal(5, chunk[1].Child().Field(1).Values<int>()[0]);
        Assert.Equal(1, chunk[2].UnionTags()[0]);
        Assert.Equal("u", chunk[2].Field(1).String(0));
        Assert.Equal([1, 2], chunk[3].Child().Values<sbyte>().ToArray());
        Assert.Equal("y", chunk[4].Type.EnumValues[chunk[4].EnumIndex(0)]);
    }

    [Fact]
    public void Columns_OfEveryType_AreReadInFull()
    {
        using var result = Connection.Query("SELECT * FROM test_all_types(use_large_enum := true)");

        var types = result.Columns.ToDictionary(column => column.Name, column => column.Type.ToString());
        Assert.Equal("DECIMAL(18,6)", types["dec_18_6"]);
        Assert.Equal("STRUCT(\"a\" INTEGER, \"b\" VARCHAR)", types["struct"]);
        Assert.Equal("STRUCT(\"a\" INTEGER[], \"b\" VARCHAR[])", types["struct_of_arrays"]);
        Assert.Equal("MAP(VARCHAR, VARCHAR)", types["map"]);
        Assert.Equal("UNION(\"name\" VARCHAR, \"age\" SMALLINT)", types["union"]);
        Assert.Equal("INTEGER[3]", types["fixed_int_array"]);
        Assert.Equal("TIMESTAMP WITH TIME ZONE", types["timestamp_tz"]);
        Assert.Equal(70_000, result.Columns.Single(column => column.Name == "large_enum").Type.EnumValues.Count);
        Assert.Equal(DuckDBType.UnsignedInteger, result.Columns.Single(column => column.Name == "large_enum").Type.PhysicalType);
    }

    private static IEnumerable<int> Range(DuckDBListEntry entry) => Enumerable.Range((int)entry.Offset, (int)entry.Length);

    private T Value<T>(string sql)
        where T : unmanaged => ReadOne($"SELECT {sql}", (vector, row) => vector.Values<T>()[row]);
}
