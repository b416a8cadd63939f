using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Iceberg;

/// <summary>What <c>icebergQuery</c> answers of a table that another engine wrote, beside the known right answers, or a clear error.</summary>
internal static partial class FixtureAnswers
{
    private const string Query = """
        query ($sql: String!, $asOf: DateTime, $snapshotId: String, $ref: String) {
          icebergQuery(query: $sql, limit: 1000000, asOf: $asOf, snapshotId: $snapshotId, ref: $ref) { data columns { name type } truncated }
        }
        """;

    /// <param name="gateway">Where it is registered, if it can be.</param>
    /// <param name="name">Of the case.</param>
    public static async Task AssertRightAsync(FixtureGateway gateway, string name)
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

        await AssertRightAsync(gateway.Process, item, FixtureGateway.TableOf(name));
    }

    /// <summary>Of a table that is registered under any name.</summary>
    /// <param name="table">As SQL names it.</param>
    public static async Task AssertRightAsync(GatewayProcess gateway, JsonElement item, string table)
    {
        var expect = item.GetProperty("expect").GetString()!;
        if (expect == "error")
        {
            AssertRefused(await AskAsync(gateway, table, "SELECT * FROM t", default), item);
            return;
        }

        foreach (var query in item.GetProperty("queries").EnumerateArray())
        {
            var response = await AskAsync(gateway, table, SqlOf(query), query);
            if (expect == "rows-or-error" && response.TryGetProperty("errors", out var errors))
            {
                Assert.NotEqual("INTERNAL_SERVER_ERROR", CodeOf(errors));
                continue;
            }

            AssertRows(query, response);
        }
    }

    private static Task<JsonElement> AskAsync(GatewayProcess gateway, string table, string sql, JsonElement query) => gateway.QueryAsync(Query, new
    {
        sql = TableT().Replace(sql, $"$1{table} AS t"),
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
