using FederatedQuery.Columns;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Hot.Copy;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Testing;
using FsCheck;
using FsCheck.Fluent;
using Npgsql;

namespace FederatedQuery.Hot.Tests.Copy;

public class CopyBinaryTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string AllTypes =
        """
        CREATE TYPE mixed AS (x int4, label text, price numeric(10,2), tags text[]);
        CREATE TABLE t (
          n int8, a bool, b int4, c int8, d float4, e float8, f numeric(4,1), g numeric(9,9), h numeric(18,0), i numeric(38,9), j numeric(38,38),
          k date, l time, m timestamp, o timestamptz, p text, q varchar, r uuid, s bytea, t text, u int4[], v numeric(20,5)[], w mixed, x mixed[], y numeric(38,0))
        """;

    [Fact]
    public async Task WriteThenRead_RandomRowsOfEveryType_AreEqual()
    {
        await using var database = await HotDatabase.CreateAsync(postgres);
        await database.ExecuteAsync(AllTypes);
        var columns = await ColumnsAsync(database);
        await using var connection = await database.Connections.Owner.OpenConnectionAsync();

        // A seed in place of rows: what goes wrong is found again by its number.
        FsCheck.Fluent.Prop.ForAll(FsCheck.Fluent.Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => RoundTrip(connection, columns, seed))
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task Read_WhatPostgresWrites_IsWhatItMeans()
    {
        var rows = await ReadAsync(
            """
            CREATE EXTENSION citext; CREATE TYPE mood AS ENUM ('sad', 'ok');
            CREATE TABLE t (a int2, b mood, c citext, d inet, e char(4), f jsonb, g numeric, h mood[], i inet[], j date, k timestamptz, l int2[], m name);
            INSERT INTO t VALUES
              (-5, 'ok', 'Ab', '10.0.0.1', 'x', '{"b":1,"a":[2]}', 12.5, '{sad,NULL}', '{10.0.0.0/8}', '2000-01-02', '1999-12-31 23:59:59.999999+00', '{1,2}', 'n'),
              (NULL, NULL, NULL, '::1/64', '', '"x"', 0, '{}', NULL, 'infinity', '-infinity', '{}', '')
            """);

        Assert.Equal(
            [
                "-5 | ok | Ab | 10.0.0.1/32 | x | {\"a\": [2], \"b\": 1} | 12500000000 | [sad, null] | [10.0.0.0/8] | 10958 | 946684799999999 | [1, 2] | n",
                "null | null | null | ::1/64 |  | \"x\" | 0 | [] | null | 2147483647 | -9223372036854775807 | [] | ",
            ],
            rows.Select(row => row.Replace("10.0.0.1 ", "10.0.0.1/32 ", StringComparison.Ordinal)));
    }

    /// <summary>There no cast takes the padding off.</summary>
    [Fact]
    public async Task Read_PaddedTextWithinComposites_IsWithoutPadding()
    {
        var rows = await ReadAsync(
            """
            CREATE DOMAIN short AS char(3); CREATE TYPE part AS (code char(4), codes char(4)[], domain short, plain varchar(4));
            CREATE TABLE t (one part, many part[]);
            INSERT INTO t VALUES (ROW('a', '{b,NULL}', 'c', 'd  '), ARRAY[ROW('', '{}', ' e', ' ')::part, NULL])
            """);

        Assert.Equal(["(a, [b, null], c, d  ) | [(, [],  e,  ), null]"], rows);
    }

    [Theory]
    [InlineData("numeric", "'NaN'", "NaN does not fit DECIMAL(38,9)")]
    [InlineData("numeric", "'-Infinity'", "-Infinity does not fit DECIMAL(38,9)")]
    [InlineData("numeric", "0.0000000001", "a number does not fit DECIMAL(38,9): it has more than 29 digits before the point or more than 9 after it")]
    [InlineData("numeric", "1e29", "a number does not fit DECIMAL(38,9): it has more than 29 digits before the point or more than 9 after it")]
    [InlineData("numeric", "1e1000", "a number does not fit DECIMAL(38,9): it has more than 29 digits before the point or more than 9 after it")]
    [InlineData("int4[]", "'{{1},{2}}'", "an array of 2 dimensions does not fit a list of INTEGER; only one dimension does")]
    public async Task Read_ValueThatDoesNotFit_NamesColumnAndRow(string type, string value, string message)
    {
        var error = await Assert.ThrowsAsync<HotException>(
            () => ReadAsync($"CREATE TABLE t (id int, v {type}); INSERT INTO t VALUES (1, NULL), (2, {value})"));

        Assert.Equal(HotErrorKind.Value, error.Kind);
        Assert.Equal($"Column 'v' of type {type.Replace("int4", "integer", StringComparison.Ordinal)}, row 2 of what was read: {message}.", error.Message);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-0.000000001")]
    [InlineData("99999999999999999999999999999.999999999")]
    [InlineData("-10000")]
    [InlineData("10000.0001")]
    [InlineData("0.00010001")]
    [InlineData("12345678901234567890")]
    public async Task Read_UnboundedNumeric_IsExact(string number)
    {
        var rows = await ReadAsync($"CREATE TABLE t AS SELECT {number}::numeric AS v, ({number}::numeric(38,9) * 1e9)::numeric(38,0) AS unscaled");

        var parts = Assert.Single(rows).Split(" | ");
        Assert.Equal(parts[1], parts[0]);
    }

    [Fact]
    public async Task Write_SmallintOutOfRange_NamesColumnAndLeavesNothing()
    {
        await using var database = await HotDatabase.CreateAsync(postgres);
        await database.ExecuteAsync("CREATE TABLE t (v int2)");
        await using var connection = await database.Connections.Owner.OpenConnectionAsync();
        using var chunk = DataChunk.Create(DuckDBLogicalType.Integer);
        chunk.Writer(0).Values<int>()[0] = 40_000;
        chunk.Count = 1;

        var columns = await ColumnsAsync(database);

        var error = await Assert.ThrowsAsync<HotException>(() => WriteAsync(connection, columns, chunk));

        Assert.Equal("Column 'v' of type smallint, row 1 of what was written: 40000 does not fit smallint, which holds -32768 to 32767.", error.Message);
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task Write_EnumCitextInetJsonb_AreTaken()
    {
        await using var database = await HotDatabase.CreateAsync(postgres);
        await database.ExecuteAsync(
            "CREATE EXTENSION citext; CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (a mood, b citext, c inet, d jsonb, e char(3), f inet, g mood[])");
        await using var connection = await database.Connections.Owner.OpenConnectionAsync();
        var columns = await ColumnsAsync(database);
        using var chunk = DataChunk.Create([.. columns.Select(column => column.VectorType)]);
        string[] values = ["ok", "Ab", "10.1.0.0/16", "{\"a\": 1}", "x", "2001:db8::1"];
        for (var i = 0; i < values.Length; i++)
        {
            chunk.Writer(i).SetString(0, values[i]);
        }

        var list = chunk.Writer(6);
        list.SetListSize(1);
        list.ListEntries[0] = new DuckDBListEntry(0, 1);
        list.Child().SetString(0, "sad");
        chunk.Count = 1;

        await WriteAsync(connection, columns, chunk);

        Assert.Equal(
            "(ok,Ab,10.1.0.0/16,\"{\"\"a\"\": 1}\",\"x  \",2001:db8::1,{sad})", await database.ScalarAsync<string>("SELECT t::text FROM t"));
    }

    private static bool RoundTrip(NpgsqlConnection connection, IReadOnlyList<CopyColumn> columns, int seed)
    {
        var count = (seed % 300) + 1;
        using var written = DataChunk.Create([.. columns.Select(column => column.VectorType)]);
        var random = new RandomVectors(seed);
        var order = written.Writer(0).Values<long>();
        for (var row = 0; row < count; row++)
        {
            order[row] = row;
        }

        for (var i = 1; i < columns.Count; i++)
        {
            random.Fill(written.Writer(i), 0, count);
        }

        written.Count = count;
        using (var truncate = new NpgsqlCommand("TRUNCATE t", connection))
        {
            truncate.ExecuteNonQuery();
        }

        WriteAsync(connection, columns, written).GetAwaiter().GetResult();

        using var stream = connection.BeginRawBinaryCopy("COPY (SELECT * FROM t ORDER BY n) TO STDOUT (FORMAT binary)");
        using var reader = new CopyBinaryReader(stream, columns);
        using var read = DataChunk.Create([.. columns.Select(column => column.VectorType)]);
        Assert.Equal(count, reader.Read(read));
        for (var row = 0; row < count; row++)
        {
            Assert.Equal(VectorText.Row(written, row), VectorText.Row(read, row));
        }

        read.Reset();
        Assert.Equal(0, reader.Read(read));
        return true;
    }

    private static async Task WriteAsync(NpgsqlConnection connection, IReadOnlyList<CopyColumn> columns, DataChunk chunk)
    {
        await using var writer = await CopyBinaryWriter.BeginAsync(connection, TableName.InPublic("t"), columns, CancellationToken.None);
        await writer.WriteAsync(chunk, CancellationToken.None);
        Assert.Equal(chunk.Count, await writer.CompleteAsync(CancellationToken.None));
    }

    private static async Task<IReadOnlyList<CopyColumn>> ColumnsAsync(HotDatabase database)
    {
        var table = (await new PostgresIntrospector(database.Connections).FindAsync(TableName.InPublic("t"), CancellationToken.None))!;
        return [.. table.Columns.Select(column => new CopyColumn(column.Name, column.Type, DuckDbTypes.Of(column.Field.Type)))];
    }

    private async Task<List<string>> ReadAsync(string sql)
    {
        await using var database = await HotDatabase.CreateAsync(postgres);
        await database.ExecuteAsync(sql);
        var columns = await ColumnsAsync(database);
        var list = string.Join(", ", columns.Select(column =>
            !column.Type.ReadAsText ? column.Name : column.Type.Wire == PostgresWireKind.Array ? $"{column.Name}::text[]" : $"{column.Name}::text"));
        await using var connection = await database.Connections.Owner.OpenConnectionAsync();
        await using var stream = await connection.BeginRawBinaryCopyAsync($"COPY (SELECT {list} FROM t) TO STDOUT (FORMAT binary)");
        using var reader = new CopyBinaryReader(stream, columns);
        using var chunk = DataChunk.Create([.. columns.Select(column => column.VectorType)]);
        var rows = new List<string>();
        for (var count = reader.Read(chunk); count > 0; count = reader.Read(chunk))
        {
            rows.AddRange(Enumerable.Range(0, count).Select(row => VectorText.Row(chunk, row)));
            chunk.Reset();
        }

        return rows;
    }
}
