using System.Numerics;
using FederatedQuery.Cold.Checksums;
using FederatedQuery.Cold.Writing;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Tests.Checksums;

public sealed class RowChecksumTests : IDisposable
{
    private static readonly NestedField Id = NestedField.OptionalField(1, "id", IcebergType.Long);

    private readonly DuckDBDatabase _database = DuckDBDatabase.Open();
    private readonly DuckDBConnection _connection;

    public RowChecksumTests()
    {
        _connection = _database.Connect();
        _connection.Execute("SET TimeZone = 'UTC'");
        foreach (var function in WritingFunctions.All)
        {
            _connection.RegisterScalarFunction(function);
        }
    }

    [Fact]
    public async Task Sql_RowsInAnyOrderAndAnyParts_AddUpToTheSame()
    {
        var schema = new Schema(0, Id, NestedField.OptionalField(2, "note", IcebergType.String));
        const string Rows = "(SELECT i::BIGINT AS id, CASE WHEN i % 3 > 0 THEN repeat('text ', (i % 9)::INTEGER) || i END AS note FROM range(10000) t(i))";

        var all = await SumAsync(schema, Rows);

        Assert.Equal(all, await SumAsync(schema, $"(SELECT * FROM {Rows} ORDER BY hash(id))"));
        Assert.Equal(all, await SumAsync(schema, $"(SELECT * FROM {Rows} WHERE id < 777)") + await SumAsync(schema, $"(SELECT * FROM {Rows} WHERE id >= 777)"));
        Assert.Equal(BigInteger.Zero, await SumAsync(schema, $"(SELECT * FROM {Rows} WHERE false)"));
    }

    /// <summary>What a faulty rewrite could do while the number of rows stays.</summary>
    [Theory]
    [InlineData("SELECT id, CASE WHEN id = 5 THEN 'other' ELSE note END AS note FROM t")]
    [InlineData("SELECT id, CASE id WHEN 5 THEN 'n6' WHEN 6 THEN 'n5' ELSE note END AS note FROM t")]
    [InlineData("SELECT id, CASE WHEN id = 5 THEN NULL ELSE note END AS note FROM t")]
    [InlineData("SELECT CASE WHEN id = 5 THEN 6 ELSE id END AS id, note FROM t")]
    public async Task Sql_OneValueChanged_Differs(string changed)
    {
        var schema = new Schema(0, Id, NestedField.OptionalField(2, "note", IcebergType.String));
        _connection.Execute("CREATE TABLE t AS SELECT i::BIGINT AS id, 'n' || i AS note FROM range(100) r(i)");

        Assert.NotEqual(await SumAsync(schema, "t"), await SumAsync(schema, $"({changed})"));
    }

    public static TheoryData<string, string, string> Promotions => new()
    {
        { "int", "long", "i - 50" },
        { "float", "double", "CASE i % 4 WHEN 0 THEN 'nan' WHEN 1 THEN '-inf' ELSE (i / 7)::VARCHAR END" },
        { "decimal(9, 2)", "decimal(38, 2)", "(i - 50) / 7" },
        { "date", "timestamp", "DATE '1969-12-01' + i::INTEGER" },
    };

    [Theory]
    [MemberData(nameof(Promotions))]
    public async Task Sql_WidenedColumn_IsTheSame(string narrow, string wide, string value)
    {
        var (from, to) = (PrimitiveType.Parse(narrow), PrimitiveType.Parse(wide));
        _connection.Execute($"CREATE TABLE t AS SELECT ({value})::{Columns.DuckDbTypes.Of(from)} AS v FROM range(100) r(i)");

        Assert.Equal(
            await SumAsync(new Schema(0, NestedField.OptionalField(7, "v", from)), "t"),
            await SumAsync(new Schema(1, NestedField.OptionalField(7, "v", to)), "t"));
    }

    [Fact]
    public async Task Sql_ColumnsAddedRenamedAndMoved_IsTheSame()
    {
        var note = NestedField.OptionalField(2, "note", IcebergType.String);
        _connection.Execute("CREATE TABLE t AS SELECT i::BIGINT AS id, 'n' || i AS note FROM range(100) r(i)");
        var before = await SumAsync(new Schema(0, Id, note), "t");

        Assert.Equal(before, await SumAsync(
            new Schema(1, note with { Name = "remark" }, NestedField.OptionalField(9, "extra", IcebergType.Uuid), Id),
            "(SELECT id, note AS remark, NULL AS extra FROM t)"));
        Assert.NotEqual(before, await SumAsync(new Schema(2, Id, NestedField.OptionalField(3, "note", IcebergType.String)), "t"));
    }

    [Fact]
    public async Task Sql_NestedValues_CountInTheirOrderAndByTheirIds()
    {
        var inner = new StructType(NestedField.OptionalField(11, "x", IcebergType.Int), NestedField.OptionalField(12, "y", IcebergType.String));
        var schema = new Schema(
            0,
            NestedField.OptionalField(1, "s", inner),
            NestedField.OptionalField(2, "l", new ListType(21, IcebergType.Int, elementRequired: false)),
            NestedField.OptionalField(3, "m", new MapType(31, IcebergType.String, 32, IcebergType.Int, valueRequired: false)));
        var sum = await RowAsync("{'x': 1, 'y': 'a'}", "[1, NULL, 2]", "MAP {'a': 1, 'b': NULL}");

        Assert.Equal(sum, await RowAsync("{'x': 1, 'y': 'a'}", "[1, NULL, 2]", "MAP {'b': NULL, 'a': 1}"));
        Assert.NotEqual(sum, await RowAsync("{'x': 2, 'y': 'a'}", "[1, NULL, 2]", "MAP {'a': 1, 'b': NULL}"));
        Assert.NotEqual(sum, await RowAsync("{'x': 1, 'y': 'a'}", "[NULL, 1, 2]", "MAP {'a': 1, 'b': NULL}"));
        Assert.NotEqual(sum, await RowAsync("{'x': 1, 'y': 'a'}", "[1, NULL, 2]", "MAP {'a': NULL, 'b': 1}"));
        Assert.NotEqual(await RowAsync("NULL", "NULL", "NULL"), await RowAsync("NULL", "[]", "NULL"));

        // A field added to the struct later is null in old rows.
        var wider = new Schema(1, NestedField.OptionalField(1, "s", new StructType([.. inner.Fields, NestedField.OptionalField(13, "z", IcebergType.Double)])));
        Assert.Equal(
            await SumAsync(new Schema(0, schema.Fields[0]), "(SELECT {'x': 1, 'y': 'a'} AS s)"),
            await SumAsync(wider, "(SELECT {'x': 1, 'y': 'a', 'z': NULL} AS s)"));

        Task<BigInteger> RowAsync(string s, string l, string m) => SumAsync(schema, $"(SELECT {s} AS s, {l} AS l, {m} AS m)");
    }

    [Fact]
    public async Task ReadAsync_RowsOfSeveralDays_AreToldApart()
    {
        var schema = new Schema(0, Id, NestedField.OptionalField(2, "at", IcebergType.Timestamptz));
        const string Rows = """
            (SELECT i::BIGINT AS id, CASE WHEN i = 0 THEN NULL WHEN i = 1 THEN 'infinity' ELSE TIMESTAMPTZ '2026-02-01 23:00:00+00' + to_hours(i::INTEGER) END AS at
             FROM range(5) t(i))
            """;

        var days = await DayChecksums.ReadAsync(_connection, Rows, schema, "at", default);

        Assert.Equal([(DayChecksums.NoDay, 2L), (new DateOnly(2026, 2, 2), 3L)], days.Select(day => (day.Day, day.Rows)));
        Assert.Equal(await SumAsync(schema, Rows), days[0].Checksum.Sum + days[1].Checksum.Sum);
    }

    [Fact]
    public void Parse_WhatIsNotOfToday_ComparesWithNothing()
    {
        var today = RowChecksum.Of(-17);

        Assert.Equal(today, RowChecksum.Parse(today.ToString()));
        Assert.Equal("xxh64-rows-1:-17", today.ToString());
        Assert.False(RowChecksum.Parse("duckdb-v1.5.5:12").IsCurrent);
        Assert.False((RowChecksum.Parse("duckdb-v1.5.5:12") + today).IsCurrent);
        Assert.False(RowChecksum.Parse("?").IsCurrent);
    }

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
    }

    private async Task<BigInteger> SumAsync(Schema schema, string relation) => (await DayChecksums.TotalAsync(_connection, relation, schema, default)).Sum;
}
