using System.Globalization;
using System.Text.Json;

namespace FederatedQuery.Gateway.FunctionalTests.Typed;

/// <summary>Rows inserted, updated and deleted over HTTP, in both tiers.</summary>
[Collection(TypedGatewayTests.Name)]
public class RowMutationsTests(TypedGateway gateway)
{
    private const string AllKinds =
        """
        CREATE TYPE mood AS ENUM ('glad', 'sad');
        CREATE TYPE place AS (street text, "zip code" integer, tags text[]);
        CREATE TABLE pieces (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, truth boolean, small smallint, big bigint, price numeric(12,2), whole numeric, ratio real, exact double precision, day date, clock time,
          local timestamp, moment timestamptz NOT NULL DEFAULT '2024-01-01', note varchar(8), padded char(4), feeling mood, address inet, key uuid UNIQUE, bytes bytea, tags text[],
          numbers integer[], feelings mood[], home place, others place[], document jsonb, raw json, made text GENERATED ALWAYS AS (note || '!') STORED,
          owner bigint REFERENCES customers, CHECK (price >= 0));
        """;

    [Fact]
    public async Task Mutations_TableOfAllTypes_WriteAndGiveWhatWasWritten()
    {
        await MakeAsync("pieces", AllKinds, "INSERT, UPDATE, DELETE");
        const string Fields =
            """
            truth small big price whole ratio exact day clock local moment note padded feeling address key bytes tags numbers feelings home { street zipCode tags } others { street zipCode tags } document raw made
            owner_2 { id name }
            """;
        var row = new
        {
            truth = true,
            small = -7,
            big = 9007199254740993,
            price = 12.30m,
            whole = "12345678901234567890123456789.123456789",
            ratio = 0.5,
            exact = -1e300,
            day = "2024-02-29",
            clock = "08:30:00.5",
            local = "2024-02-29T08:30:00",
            moment = "2024-02-29T08:30:00+02:00",
            note = "it's \\\"",
            padded = "ab",
            feeling = "sad",
            address = "10.0.0.1/32",
            key = "00000000-0000-0000-0000-0000000000ff",
            bytes = "AQI=",
            tags = new[] { "a,b", null, "c\"\\d{}", "" },
            numbers = new int?[] { 1, null },
            feelings = new[] { "glad" },
            home = new { street = "Main \"St\" (1), \\", zipCode = 12345, tags = new[] { "x \"y\"" } },
            others = new object?[] { new { street = "A" }, null },
            document = new { a = new { b = new object?[] { 1, null, "ü" } } },
            raw = "text",
            owner = 5,
        };

        var inserted = (await gateway.DataAsync(
            $"mutation ($rows: [PieceInsertInput!]!) {{ insertPieces(rows: $rows) {{ affectedRows returning {{ {Fields} }} }} }}".Replace("owner_2", "customer", StringComparison.Ordinal),
            new { rows = new object[] { row, new { note = "rest" } } })).GetProperty("insertPieces");

        Assert.Equal(2, inserted.GetProperty("affectedRows").GetInt32());
        var expected =
            """
            {"truth":true,"small":-7,"big":9007199254740993,"price":12.30,"whole":12345678901234567890123456789.123456789,"ratio":0.5,"exact":-1e+300,"day":"2024-02-29","clock":"08:30:00.5","local":"2024-02-29T08:30:00",
            "moment":"2024-02-29T06:30:00Z","note":"it's \\\"","padded":"ab","feeling":"sad","address":"10.0.0.1/32","key":"00000000-0000-0000-0000-0000000000ff","bytes":"AQI=",
            "tags":["a,b",null,"c\"\\d{}",""],"numbers":[1,null],"feelings":["glad"],"home":{"street":"Main \"St\" (1), \\","zipCode":12345,"tags":["x \"y\""]},
            "others":[{"street":"A","zipCode":null,"tags":null},null],"document":{"a":{"b":[1,null,"ü"]}},"raw":"text","made":"it's \\\"!","customer":{"id":5,"name":"Customer 35"}}
            """;
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), inserted.GetProperty("returning")[0]), inserted.GetProperty("returning")[0].ToString());
        var read = await gateway.DataAsync($"{{ pieces(order: [{{ id: ASC }}]) {{ nodes {{ {Fields.Replace("owner_2", "customer", StringComparison.Ordinal)} }} }} }}");
        Assert.True(JsonElement.DeepEquals(inserted.GetProperty("returning"), read.GetProperty("pieces").GetProperty("nodes")), read.ToString());

        var updated = (await gateway.DataAsync(
            """
            mutation {
              updatePieces(where: { customer: { name: { eq: "Customer 35" } }, note: { startsWith: "it" } }, set: { note: null, price: 1.005, tags: [], home: null, feelings: ["sad", "glad"], document: null }) {
                affectedRows returning { note price tags home { street } feelings document made }
              }
            }
            """)).GetProperty("updatePieces");
        Assert.Equal("""{"affectedRows":1,"returning":[{"note":null,"price":1.01,"tags":[],"home":null,"feelings":["sad","glad"],"document":null,"made":null}]}""", updated.GetRawText());

        var deleted = (await gateway.DataAsync("""mutation { deletePieces(where: {}) { affectedRows returning { note } } }""")).GetProperty("deletePieces");
        Assert.Equal(2, deleted.GetProperty("affectedRows").GetInt32());
        Assert.Equal(["", "rest"], deleted.GetProperty("returning").EnumerateArray().Select(piece => piece.GetProperty("note").GetString() ?? "").Order(StringComparer.Ordinal));
        Assert.Equal(0, (await gateway.DataAsync("{ pieces { totalCount } }")).GetProperty("pieces").GetProperty("totalCount").GetInt64());
    }

    [Fact]
    public async Task Mutations_WhatTheTableRefuses_IsSaidAndNothingHappens()
    {
        await MakeAsync("refusals", "CREATE TABLE refusals (id bigint PRIMARY KEY, note varchar(3) NOT NULL, small smallint, owner bigint REFERENCES customers, plain json)", "INSERT, UPDATE");
        await gateway.DataAsync("""mutation { insertRefusals(rows: [{ id: 1, note: "a" }]) { affectedRows } }""");

        await RefusedAsync("CONSTRAINT_VIOLATION", "unique constraint \"refusals_pkey\"", """insertRefusals(rows: [{ id: 2, note: "b" }, { id: 1, note: "c" }]) { affectedRows }""");
        await RefusedAsync("CONSTRAINT_VIOLATION", "violates not-null constraint", "updateRefusals(where: {}, set: { note: null }) { affectedRows }");
        await RefusedAsync("CONSTRAINT_VIOLATION", "refusals_owner_fkey", """insertRefusals(rows: [{ id: 3, note: "b", owner: 999999 }]) { affectedRows returning { id } }""");
        await RefusedAsync("BAD_ARGUMENT", "too long", """insertRefusals(rows: [{ id: 3, note: "long" }]) { affectedRows }""");
        await RefusedAsync("BAD_ARGUMENT", "smallint", "updateRefusals(where: { id: { eq: 1 } }, set: { small: 70000 }) { affectedRows }");
        await RefusedAsync("BAD_ARGUMENT", "U+0000", "updateRefusals(where: {}, set: { note: \"\\u0000\" }) { affectedRows }");
        await RefusedAsync("BAD_ARGUMENT", "`set` gives no column", "updateRefusals(where: {}, set: {}) { affectedRows }");
        await RefusedAsync("BAD_ARGUMENT", "type json", """updateRefusals(where: { plain: { path: "$.a", eq: 1 } }, set: { small: 1 }) { affectedRows }""");
        await gateway.ExecuteAsync("UPDATE federated_query.row_mutations SET operations = 2 WHERE table_name = 'refusals'");
        await RefusedAsync("OPERATION_NOT_ALLOWED", "may not be changed by INSERT", """insertRefusals(rows: [{ id: 4, note: "b" }]) { affectedRows }""");
        var rows = await gateway.DataAsync("{ refusals { nodes { id note small owner } } }");
        Assert.Equal("""[{"id":1,"note":"a","small":null,"owner":null}]""", rows.GetProperty("refusals").GetProperty("nodes").GetRawText());
    }

    [Fact]
    public async Task Mutations_TooManyRows_AreRefused()
    {
        await MakeAsync("many", "CREATE TABLE many (id bigint PRIMARY KEY, note text); INSERT INTO many SELECT i FROM generate_series(1, 10001) i", "INSERT, UPDATE, DELETE");

        await RefusedAsync("BAD_ARGUMENT", "more than 10000 rows", "deleteMany(where: {}) { affectedRows }");
        await RefusedAsync("BAD_ARGUMENT", "more than 10000 rows", "updateMany(where: {}, set: { note: \"x\" }) { affectedRows }");
        var rest = await gateway.DataAsync(
            """mutation { updateMany(where: { id: { lte: 10000 } }, set: { note: "x" }) { affectedRows } deleteMany(where: { note: { neq: "x" } }) { affectedRows returning { id } } }""");

        Assert.Equal("""{"updateMany":{"affectedRows":10000},"deleteMany":{"affectedRows":1,"returning":[{"id":10001}]}}""", rest.GetRawText());
    }

    [Fact]
    public async Task Mutations_TieredTable_ReachBothTiers()
    {
        await MakeAsync(
            "outings",
            """
            CREATE TABLE outings (id bigint PRIMARY KEY, at timestamptz NOT NULL, note text, amount numeric(12,2));
            INSERT INTO outings SELECT i, date_trunc('day', now()) - interval '1 day' * (i % 20), 'n' || i % 3, i FROM generate_series(1, 200) i
            """,
            allowed: null);
        await gateway.DataAsync("""mutation { configureTiering(input: { tableName: "outings", timeColumn: "at", hotDays: 5, rowMutations: [INSERT, UPDATE, DELETE] }) { rowMutations } }""");
        await gateway.RefreshAsync();
        await ArchiveAsync();
        var cold = (await gateway.DataAsync("""{ table(name: "outings") { coldRows rowMutations } }""")).GetProperty("table");
        Assert.Equal("""["INSERT","UPDATE","DELETE"]""", cold.GetProperty("rowMutations").GetRawText());
        Assert.InRange(cold.GetProperty("coldRows").GetInt64(), 100, 199);

        var updated = (await gateway.DataAsync("""mutation { updateOutings(where: { note: { eq: "n1" } }, set: { amount: 0.5 }) { affectedRows returning { id note amount } } }""")).GetProperty("updateOutings");
        var deleted = (await gateway.DataAsync("""mutation { deleteOutings(where: { id: { gt: 100 } }) { affectedRows returning { id } } }""")).GetProperty("deleteOutings");

        Assert.Equal(67, updated.GetProperty("affectedRows").GetInt32());
        Assert.Equal(67, updated.GetProperty("returning").EnumerateArray().Select(visit => visit.GetProperty("id").GetInt64()).Distinct().Count());
        Assert.All(updated.GetProperty("returning").EnumerateArray(), visit => Assert.Equal("n1 0.50", $"{visit.GetProperty("note")} {visit.GetProperty("amount").GetRawText()}"));
        Assert.Equal(Enumerable.Range(101, 100), deleted.GetProperty("returning").EnumerateArray().Select(visit => visit.GetProperty("id").GetInt32()).Order());
        await RefusedAsync("CONSTRAINT_VIOLATION", "in the cold tier", """insertOutings(rows: [{ id: 6, at: "2100-01-01T00:00:00Z" }]) { affectedRows }""");
        await VerifyAsync();
        await ArchiveAsync();
        await VerifyAsync();
        var all = await gateway.DataAsync("{ outingsAggregate { count sum { amount } } }");
        Assert.Equal("""{"outingsAggregate":[{"count":100,"sum":{"amount":SUM}}]}""".Replace("SUM", Sum(), StringComparison.Ordinal), all.GetRawText());

        static string Sum() => Enumerable.Range(1, 100).Sum(id => id % 3 == 1 ? 0.5m : id).ToString("0.00", CultureInfo.InvariantCulture);
    }

    private Task ArchiveAsync() => WaitAsync("""archiveTable(tableName: "outings") { id }""");

    private Task VerifyAsync() => WaitAsync("""verifyTable(tableName: "outings") { id }""");

    private async Task WaitAsync(string mutation)
    {
        var job = (await gateway.DataAsync($"mutation {{ job: {mutation} }}")).GetProperty("job").GetProperty("id").GetString();
        while ((await gateway.DataAsync("query ($job: UUID!) { job(id: $job) { state message } }", new { job })).GetProperty("job") is var state
            && state.GetProperty("state").GetString() != "SUCCEEDED")
        {
            Assert.True(state.GetProperty("state").GetString() is "QUEUED" or "RUNNING", state.ToString());
            await Task.Delay(50);
        }
    }

    private async Task MakeAsync(string table, string ddl, string? allowed)
    {
        await gateway.ExecuteAsync(ddl);
        if (allowed is not null)
        {
            await gateway.DataAsync($$"""mutation { configureRowMutations(tableName: "{{table}}", allow: [{{allowed}}]) { name } }""");
        }

        await gateway.RefreshAsync();
    }

    private async Task RefusedAsync(string code, string part, string mutation)
    {
        var (actual, message) = await gateway.ErrorAsync($"mutation {{ {mutation} }}");
        Assert.Equal(code, actual);
        Assert.Contains(part, message, StringComparison.Ordinal);
    }
}
