using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Iceberg;

/// <summary>Tables that other engines wrote, registered by the command line and asked over HTTP: the known right answers, or a clear error.</summary>
public partial class FixtureTests(FixtureGateway gateway) : IClassFixture<FixtureGateway>
{
    private const string Query = """
        query ($sql: String!, $asOf: DateTime, $snapshotId: String, $ref: String) {
          icebergQuery(query: $sql, limit: 1000000, asOf: $asOf, snapshotId: $snapshotId, ref: $ref) { data columns { name type } truncated }
        }
        """;

    public static TheoryData<string> Cases => FixtureGateway.Cases.Count == 0 ? [""] : new(FixtureGateway.Cases.Keys);

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public async Task IcebergQuery_EachCase_GivesTheKnownAnswers(string name)
    {
        var item = FixtureGateway.Cases[name];
        var expect = item.GetProperty("expect").GetString()!;
        if (!gateway.Registered.Contains($"fixtures.{name}: registered", StringComparison.Ordinal))
        {
            // Some are refused there already.
            Assert.True(expect is "error" or "rows-or-error", gateway.Registered);
            Assert.Contains($"register: fixtures.{name}: ", gateway.Registered, StringComparison.Ordinal);
            return;
        }

        if (expect == "error")
        {
            AssertRefused(await AskAsync(name, "SELECT * FROM t", default), item);
            return;
        }

        foreach (var query in item.GetProperty("queries").EnumerateArray())
        {
            var response = await AskAsync(name, SqlOf(query), query);
            if (expect == "rows-or-error" && response.TryGetProperty("errors", out var errors))
            {
                Assert.NotEqual("INTERNAL_SERVER_ERROR", CodeOf(errors));
                continue;
            }

            AssertRows(query, response);
        }
    }

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public async Task IcebergTableStats_EachCase_AreThoseOfItsRows(string name)
    {
        // Rows of files that are absent or of other formats cannot be counted; the metrics of some were written before their name
        // mapping was edited.
        if (FixtureGateway.Cases[name].GetProperty("expect").GetString() == "rows"
            && name is not ("duckdb-name-mapping-dropped-readded" or "duckdb-name-mapping-v3.1" or "duckdb-name-mapping-v3.2"))
        {
            await FixtureFigures.AssertRightAsync(gateway, name);
        }
    }

    [SharedTheory]
    [InlineData("snapshotId: \"1\"", "has no snapshot 1.")]
    [InlineData("ref: \"dev\"", "has no branch or tag 'dev'; it has ")]
    [InlineData("asOf: \"2001-01-01T00:00:00Z\"", "has no snapshot as of 2001-01-01 00:00:00.000Z.")]
    [InlineData("ref: \"main\", snapshotId: \"1\"", "`snapshotId` and `ref` are given; give one of them, since each names a snapshot.")]
    [InlineData("snapshotId: \"first\"", "`snapshotId` is 'first'; it must be a whole number")]
    public async Task IcebergQuery_StateThatIsNot_IsABadArgument(string arguments, string reason)
    {
        var table = FixtureGateway.TableOf("cxx-branch-and-tag").Replace("\"", "\\\"", StringComparison.Ordinal);

        var response = await gateway.Process.QueryAsync($$"""{ icebergQuery(query: "SELECT count(*) FROM {{table}}", {{arguments}}) { data } }""");

        var error = Assert.Single(response.GetProperty("errors").EnumerateArray());
        Assert.Equal("BAD_ARGUMENT", error.GetProperty("extensions").GetProperty("code").GetString());
        Assert.Contains(reason, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [SharedFact]
    public async Task Snapshots_TableOfManyCommits_AreAllThereWithIdsInFull()
    {
        var table = (await gateway.Process.DataAsync(
            """{ table(name: "cxx-branch-and-tag", namespace: "fixtures") { dataSource snapshots { id committedAt operation summary } newest: snapshots(first: 1) { id } } }"""))
            .GetProperty("table");

        Assert.Equal("ICEBERG", table.GetProperty("dataSource").GetString());
        var snapshots = table.GetProperty("snapshots").EnumerateArray().ToList();
        Assert.Contains(snapshots, snapshot => snapshot.GetProperty("id").GetString() == "7558608030923099867");
        Assert.Equal(snapshots.OrderByDescending(snapshot => snapshot.GetProperty("committedAt").GetDateTimeOffset()), snapshots);
        Assert.All(snapshots, snapshot => Assert.Contains(snapshot.GetProperty("operation").GetString(), new[] { "append", "overwrite", "delete", "replace" }));
        Assert.All(snapshots, snapshot => Assert.True(snapshot.GetProperty("summary").TryGetProperty("total-data-files", out _)));
        Assert.Equal(snapshots[0].GetProperty("id").GetString(), Assert.Single(table.GetProperty("newest").EnumerateArray()).GetProperty("id").GetString());
    }

    private async Task<JsonElement> AskAsync(string name, string sql, JsonElement query) => await gateway.Process.QueryAsync(Query, new
    {
        sql = TableT().Replace(sql, $"$1{FixtureGateway.TableOf(name)} AS t"),
        asOf = TextOf(query, "as_of"),
        snapshotId = TextOf(query, "snapshot_id"),
        @ref = TextOf(query, "ref"),
    });

    /// <summary>Columns of row lineage are there when named, and not a part of <c>*</c>.</summary>
    private static string SqlOf(JsonElement query)
    {
        var sql = query.GetProperty("sql").GetString()!;
        return query.TryGetProperty("row_lineage", out var lineage) && lineage.GetBoolean()
            ? sql.Replace("SELECT *", $"SELECT {string.Join(", ", query.GetProperty("columns").EnumerateArray().Select(column => $"\"{column.GetProperty("name").GetString()}\""))}", StringComparison.Ordinal)
            : sql;
    }

    private static string? TextOf(JsonElement query, string name) =>
        query.ValueKind == JsonValueKind.Object && query.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static void AssertRefused(JsonElement response, JsonElement item)
    {
        Assert.True(response.TryGetProperty("errors", out var errors), response.GetRawText());
        Assert.NotEqual("INTERNAL_SERVER_ERROR", CodeOf(errors));
        var message = errors[0].GetProperty("message").GetString()!;
        var formats = item.GetProperty("features").EnumerateArray().Select(feature => feature.GetString()!)
            .Where(feature => feature.StartsWith("format:", StringComparison.Ordinal))
            .Select(feature => feature["format:".Length..]);
        Assert.Contains(formats, format => format != "parquet" && message.Contains(format, StringComparison.OrdinalIgnoreCase));
    }

    private static void AssertRows(JsonElement query, JsonElement response)
    {
        var sql = query.GetProperty("sql").GetString();
        Assert.False(response.TryGetProperty("errors", out var errors), $"{sql}: {errors}");
        var answer = response.GetProperty("data").GetProperty("icebergQuery");
        Assert.False(answer.GetProperty("truncated").GetBoolean());
        var columns = query.GetProperty("columns").EnumerateArray()
            .Select(column => (Name: column.GetProperty("name").GetString()!, Type: column.GetProperty("type").GetString()!))
            .ToList();
        var names = answer.GetProperty("columns").EnumerateArray().Select(column => column.GetProperty("name").GetString()!).ToList();
        // Expressions without a name are called otherwise elsewhere.
        Assert.Equal(columns.Select((column, i) => names[i].Contains('(', StringComparison.Ordinal) ? names[i] : column.Name), names);
        var expected = query.GetProperty("rows").EnumerateArray()
            .Select(row => string.Join(" | ", columns.Select((column, i) => FixtureValue.Expected(row[i], column.Type))))
            .ToList();
        var actual = answer.GetProperty("data").EnumerateArray()
            .Select(row => string.Join(" | ", row.EnumerateObject().Select((member, i) => FixtureValue.Answered(member.Value, columns[i].Type))))
            .ToList();
        if (!query.GetProperty("ordered").GetBoolean())
        {
            expected.Sort(StringComparer.Ordinal);
            actual.Sort(StringComparer.Ordinal);
        }

        Assert.True(expected.SequenceEqual(actual), string.Create(
            CultureInfo.InvariantCulture,
            $"{sql}\nexpected {expected.Count} rows:\n{string.Join('\n', expected.Take(10))}\nanswered {actual.Count}:\n{string.Join('\n', actual.Take(10))}"));
    }

    private static string? CodeOf(JsonElement errors) => errors[0].GetProperty("extensions").GetProperty("code").GetString();

    [GeneratedRegex(@"(\bFROM |\bJOIN |, )t\b(?!\.)", RegexOptions.IgnoreCase)]
    private static partial Regex TableT();
}
