using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Testing;

namespace FederatedQuery.Hot.Tests.Introspection;

public class PostgresIntrospectorTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task FindAsync_EveryTypeOfTheMap_GivesItsIcebergType()
    {
        var table = await FindAsync(
            """
            CREATE EXTENSION citext;
            CREATE TYPE mood AS ENUM ('sad', 'ok');
            CREATE TYPE point3 AS (x int2, label text, more jsonb[]);
            CREATE DOMAIN positive AS numeric(5,1) CHECK (VALUE > 0);
            CREATE TABLE t (
              a bool, b int2, c int4, d int8, e float4, f float8, g numeric(12,2), h numeric, i date, j time, k timestamp, l timestamptz,
              m text, n varchar(9), o char(3), p mood, q citext, r inet, s uuid, t bytea, u json, v jsonb,
              w int[], x numeric(4,1)[], y point3, z point3[], aa positive, bb numeric(3,-2), cc numeric(2,5), dd mood[])
            """);

        Assert.Empty(table.UnsupportedColumns);
        Assert.Equal(
            [
                "1: a: optional boolean", "2: b: optional int", "3: c: optional int", "4: d: optional long", "5: e: optional float",
                "6: f: optional double", "7: g: optional decimal(12, 2)", "8: h: optional decimal(38, 9)", "9: i: optional date",
                "10: j: optional time", "11: k: optional timestamp", "12: l: optional timestamptz", "13: m: optional string",
                "14: n: optional string", "15: o: optional string", "16: p: optional string", "17: q: optional string",
                "18: r: optional string", "19: s: optional uuid", "20: t: optional binary", "21: u: optional string", "22: v: optional string",
                "23: w: optional list<int>", "24: x: optional list<decimal(4, 1)>",
                "25: y: optional struct<33: x: optional int, 34: label: optional string, 35: more: optional list<string>>",
                "26: z: optional list<struct<38: x: optional int, 39: label: optional string, 40: more: optional list<string>>>",
                "27: aa: optional decimal(5, 1)", "28: bb: optional decimal(5, 0)", "29: cc: optional decimal(5, 5)", "30: dd: optional list<string>",
            ],
            table.Schema.Fields.Select(field => field.ToString()));
        Assert.Equal([21, 22, 36, 41], table.JsonFieldIds.Order());
    }

    [Fact]
    public async Task FindAsync_TypesWithoutARow_AreNamedWithTheirColumns()
    {
        var table = await FindAsync("CREATE TABLE t (id int, span interval, shape point, big numeric(40,2), ips inet[], pair int4range)");

        var error = Assert.Throws<HotException>(table.RequireAllSupported);

        Assert.Equal(["id", "ips"], table.Schema.Fields.Select(field => field.Name));
        Assert.Equal(
            "Table 't' cannot move to the cold tier as it is: column 'span' is of type interval, which has no counterpart in Iceberg; "
            + "column 'shape' is of type point, which has no counterpart in Iceberg; column 'big' is of type numeric(40,2), which has more than 38 digits; "
            + "column 'pair' is of type int4range, which has no counterpart in Iceberg. Change the type, or leave the column out of the cold tier.",
            error.Message);
    }

    [Fact]
    public async Task FindAsync_KeyCommentsNullability_AreKept()
    {
        var table = await FindAsync(
            """
            CREATE TABLE t (region text NOT NULL, id bigint, gone int, twice bigint GENERATED ALWAYS AS (id * 2) STORED, PRIMARY KEY (id, region));
            ALTER TABLE t DROP COLUMN gone;
            COMMENT ON TABLE t IS 'the table'; COMMENT ON COLUMN t.id IS 'the id';
            INSERT INTO t VALUES ('a', 1), ('b', 2); ANALYZE t
            """);

        Assert.Equal("id, region", string.Join(", ", table.PrimaryKey));
        Assert.Equal("2, 1", string.Join(", ", table.Schema.IdentifierFieldIds));
        Assert.Equal(("the table", "the id", 2L), (table.Comment, table.Schema.Fields[1].Doc, table.EstimatedRows));
        Assert.Equal([true, true, false], table.Schema.Fields.Select(field => field.Required));
        Assert.Equal([false, false, true], table.Columns.Select(column => column.IsGenerated));
        Assert.Equal("1, 2, 4", string.Join(", ", table.AsSource.Numbers));
        Assert.Equal("1 region\n2 id\n4 twice", table.ColumnList);
        Assert.Matches($"^[0-9]+[.]{table.Oid}$", table.AsSource.Table);
        Assert.True(table.Bytes > 0);
    }

    [Fact]
    public async Task FindAsync_RangePartitioned_GivesBoundsInUtc()
    {
        var table = await FindAsync(
            """
            CREATE TABLE t (at timestamptz NOT NULL, x int) PARTITION BY RANGE (at);
            CREATE TABLE t_rest PARTITION OF t DEFAULT;
            CREATE TABLE t_2 PARTITION OF t FOR VALUES FROM ('2026-01-02 00:00+00') TO ('2026-01-03 00:00+00');
            CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM ('2026-01-01 01:30+01') TO ('2026-01-02 00:00+00');
            CREATE TABLE t_old PARTITION OF t FOR VALUES FROM (MINVALUE) TO ('2025-01-01 00:00+00');
            INSERT INTO t SELECT timestamptz '2026-01-02 12:00+00', g FROM generate_series(1, 5) g; ANALYZE t
            """);

        Assert.Equal(("at", true, 5L), (table.RangePartitionColumn, table.IsPartitioned, table.EstimatedRows));
        Assert.Equal(["t_old", "t_1", "t_2", "t_rest"], table.Partitions.Select(partition => partition.Name.Name));
        Assert.Equal([null, null, new DateOnly(2026, 1, 2), null], table.Partitions.Select(partition => partition.Day));
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 30, 0, TimeSpan.Zero), table.Partitions[1].From);
        Assert.Equal((null, new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero)), (table.Partitions[0].From, table.Partitions[0].To));
        Assert.True(table.Partitions[3].IsDefault);
        Assert.Equal(5, table.Partitions[2].EstimatedRows);
    }

    [Fact]
    public async Task FindAsync_Partitions_SayWhichColumnsTheyAreIndexedBy()
    {
        var table = await FindAsync(
            """
            CREATE TABLE t (at timestamptz NOT NULL, "User" text, x int, y int) PARTITION BY RANGE (at);
            CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2026-01-02 00:00+00');
            CREATE TABLE t_2 PARTITION OF t FOR VALUES FROM ('2026-01-02 00:00+00') TO ('2026-01-03 00:00+00');
            CREATE INDEX ON t_1 (at, x); CREATE INDEX ON t_1 ("User") WHERE "User" IS NOT NULL; CREATE INDEX ON t_1 (x) WHERE y IS NOT NULL;
            CREATE INDEX ON t_2 USING brin (at); CREATE INDEX ON t_2 USING hash (x); CREATE INDEX ON t_2 ((x + y))
            """);

        Assert.Equal(["User", "at"], table.Partitions[0].IndexedColumns.Order(StringComparer.Ordinal));
        Assert.Empty(table.Partitions[1].IndexedColumns);
    }

    [Fact]
    public async Task ListAsync_LeavesOutPartitionsAndOurs()
    {
        await using var database = await HotDatabase.CreateAsync(postgres);
        await database.ExecuteAsync(
            """
            CREATE SCHEMA federated_query; CREATE TABLE federated_query.jobs (x int); CREATE TABLE iceberg_tables (x int);
            CREATE TABLE b (at date) PARTITION BY RANGE (at); CREATE TABLE b_rest PARTITION OF b DEFAULT;
            CREATE VIEW "a View" AS SELECT 1 AS x; CREATE SCHEMA s; CREATE TABLE s.c (x int)
            """);
        var introspector = new PostgresIntrospector(database.Connections);

        Assert.Equal(["a View", "b", "s.c"], (await introspector.ListAsync(null, CancellationToken.None)).Select(name => name.ToString()));
        Assert.Equal(["s.c"], (await introspector.ListAsync("s", CancellationToken.None)).Select(name => name.ToString()));
        Assert.Null(await introspector.FindAsync(TableName.InPublic("none"), CancellationToken.None));
    }

    private async Task<PostgresTable> FindAsync(string sql)
    {
        await using var database = await HotDatabase.CreateAsync(postgres);
        await database.ExecuteAsync(sql);
        return (await new PostgresIntrospector(database.Connections).FindAsync(TableName.InPublic("t"), CancellationToken.None))!;
    }
}
