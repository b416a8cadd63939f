using FederatedQuery.DuckDb.Types;

namespace FederatedQuery.DuckDb.Tests;

public sealed class DuckDBPreparedStatementTests : DuckDBTest
{
    public static TheoryData<object?, string, string> Parameters => new()
    {
        { null, "\"NULL\"", "" },
        { true, "BOOLEAN", "true" },
        { (sbyte)-1, "TINYINT", "-1" },
        { (byte)255, "UTINYINT", "255" },
        { (short)-300, "SMALLINT", "-300" },
        { (ushort)65535, "USMALLINT", "65535" },
        { -70000, "INTEGER", "-70000" },
        { 4294967295u, "UINTEGER", "4294967295" },
        { long.MinValue, "BIGINT", "-9223372036854775808" },
        { ulong.MaxValue, "UBIGINT", "18446744073709551615" },
        { Int128.MinValue, "HUGEINT", "-170141183460469231731687303715884105728" },
        { UInt128.MaxValue, "UHUGEINT", "340282366920938463463374607431768211455" },
        { 1.5f, "FLOAT", "1.5" },
        { -0.1, "DOUBLE", "-0.1" },
        { -12.340m, "DECIMAL(5,3)", "-12.340" },
        { decimal.MaxValue, "DECIMAL(29,0)", "79228162514264337593543950335" },
        { 0.00001m, "DECIMAL(5,5)", ".00001" },
        { new DuckDBDecimal(-5, 38, 10), "DECIMAL(38,10)", "-0.0000000005" },
        { "", "VARCHAR", "" },
        { "é\0x", "VARCHAR", "é\0x" },
        { new byte[] { 0, 1, 255 }, "BLOB", "\\x00\\x01\\xFF" },
        { Array.Empty<byte>(), "BLOB", "" },
        { Guid.Parse("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"), "UUID", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11" },
        { new DateOnly(2024, 2, 29), "DATE", "2024-02-29" },
        { new TimeOnly(1, 2, 3, 4), "TIME", "01:02:03.004" },
        { new DuckDBTimeTz(0, 3600), "TIME WITH TIME ZONE", "00:00:00+01" },
        { new DateTime(2024, 1, 2, 3, 4, 5), "TIMESTAMP", "2024-01-02 03:04:05" },
        { new DuckDBTimestampTz(0), "TIMESTAMP WITH TIME ZONE", "1970-01-01 00:00:00+00" },
        { new DateTimeOffset(1970, 1, 1, 2, 0, 0, TimeSpan.FromHours(2)), "TIMESTAMP WITH TIME ZONE", "1970-01-01 00:00:00+00" },
        { new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc), "TIMESTAMP WITH TIME ZONE", "1970-01-01 00:00:00+00" },
        { new DuckDBTimestampS(1), "TIMESTAMP_S", "1970-01-01 00:00:01" },
        { new DuckDBTimestampMs(1), "TIMESTAMP_MS", "1970-01-01 00:00:00.001" },
        { new DuckDBTimestampNs(1), "TIMESTAMP_NS", "1970-01-01 00:00:00.000000001" },
        { TimeSpan.FromSeconds(90), "INTERVAL", "00:01:30" },
        { new DuckDBInterval(1, 2, 3), "INTERVAL", "1 month 2 days 00:00:00.000003" },
        { new[] { 1, 2, 3 }, "INTEGER[]", "[1, 2, 3]" },
        { new object?[] { "a", null }, "VARCHAR[]", "[a, NULL]" },
        { new[] { new[] { 1L }, [] }, "BIGINT[][]", "[[1], []]" },
    };

    [Theory]
    [MemberData(nameof(Parameters))]
    public void Bind_Value_ArrivesWithItsType(object? value, string type, string text)
    {
        Connection.Execute("SET TimeZone = 'UTC'");

        Assert.Equal([type, text], [ReadString("SELECT typeof(v) FROM (SELECT $1 AS v)", value), ReadString("SELECT coalesce($1::VARCHAR, '')", value)]);
    }

    [Fact]
    public void Bind_ByName_FindsTheParameter()
    {
        using var statement = Connection.Prepare("SELECT $b::INT - $a::INT");

        statement.Bind("a", 1);
        statement.Bind("b", 10);
        using var result = statement.Query();
        using var chunk = result.ReadChunk();

        Assert.Equal(9, chunk![0].Values<int>()[0]);
        var exception = Assert.Throws<ArgumentException>(() => statement.Bind("c", 1));
        Assert.StartsWith("The statement has no parameter 'c'; it has: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bind_ValueOfNoType_IsRefusedByName()
    {
        var exception = Assert.Throws<ArgumentException>(() => Connection.Query("SELECT ?", [new Uri("http://x")]));

        Assert.StartsWith("There is no DuckDB type for a value of System.Uri.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadColumns_BeforeExecution_TellsNamesAndTypes()
    {
        using var statement = Connection.Prepare("SELECT 1::DECIMAL(9,2) AS price, [now()] AS times");

        Assert.Equal(["price DECIMAL(9,2)", "times TIMESTAMP WITH TIME ZONE[]"], statement.ReadColumns().Select(column => $"{column.Name} {column.Type}"));
        Assert.Equal(DuckDBStatementType.Select, statement.StatementType);
    }

    [Fact]
    public void Execute_Many_CountsRows()
    {
        Connection.Execute("CREATE TABLE t(i INT)");
        using var statement = Connection.Prepare("INSERT INTO t SELECT range FROM range(?)");

        statement.Bind(0, 3);
        Assert.Equal(3, statement.Execute());
        statement.Bind(0, 5);
        Assert.Equal(5, statement.Execute());

        Assert.Equal(8, ReadLong("SELECT count(*) FROM t"));
    }
}
