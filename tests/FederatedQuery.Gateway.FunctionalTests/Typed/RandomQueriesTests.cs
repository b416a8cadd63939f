using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Gateway.FunctionalTests.Typed;

/// <summary>Random filters, orders, page sizes and directions: walking all pages gives what the same query gives in SQL, row for row.</summary>
[Collection(TypedGatewayTests.Name)]
public class RandomQueriesTests(TypedGateway gateway)
{
    private const int Queries = 14;

    /// <summary>Each as GraphQL and as SQL.</summary>
    private static readonly Gen<(string Where, string Sql)> Condition = Gen.OneOf(
        from amount in Gen.Choose(0, 500) select ($"amount: {{ gt: {amount / 100m} }}", $"amount > {Number(amount / 100m)}"),
        from amount in Gen.Choose(0, 500) select ($"amount: {{ neq: {Number(amount / 100m)} }}", $"amount IS DISTINCT FROM {Number(amount / 100m)}"),
        from text in Gen.Elements("north", "øst", "", "late") select ($"region: {{ in: [\"{text}\", null] }}", $"(region = '{text}' OR region IS NULL)"),
        from text in Gen.Elements("st", "o", "X") select ($"region: {{ ncontains: \"{text}\" }}", $"(region IS NULL OR NOT contains(region, '{text}'))"),
        from text in Gen.Elements("ø", "no", "") select ($"region: {{ startsWith: \"{text}\" }}", $"starts_with(region, '{text}')"),
        from text in Gen.Elements("st", "th") select ($"region: {{ nendsWith: \"{text}\" }}", $"(region IS NULL OR NOT ends_with(region, '{text}'))"),
        from ratio in Gen.Choose(0, 250) select ($"ratio: {{ gte: {ratio} }}", $"ratio >= {ratio}"),
        from id in Gen.Choose(1, 120) select ($"customerId: {{ nin: [{id}, {id + 1}] }}", $"(customer_id IS NULL OR customer_id NOT IN ({id}, {id + 1}))"),
        from id in Gen.Choose(1, 50) select ($"customer: {{ name: {{ eq: \"Customer {id}\" }} }}", $"customer_id IN (SELECT id FROM customers WHERE name = 'Customer {id}')"),
        from days in Gen.Choose(0, 40)
        let moment = DateTime.UtcNow.Date.AddDays(-days).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        select ($"date: {{ lt: \"{moment}\" }}", $"date < TIMESTAMPTZ '{moment}'"));

    private static readonly Gen<(string Where, string Sql)> Filter = Gen.OneOf(
        Gen.Constant(("", "true")),
        Condition,
        from left in Condition from right in Condition select ($"and: [{{ {left.Where} }}, {{ {right.Where} }}]", $"({left.Sql} AND {right.Sql})"),
        from left in Condition from right in Condition select ($"or: [{{ {left.Where} }}, {{ {right.Where} }}]", $"({left.Sql} OR {right.Sql})"));

    private static readonly Gen<(string Column, bool Descending)[]> Order =
        from columns in Gen.Shuffle(new[] { "date", "region", "amount", "ratio" })
        from count in Gen.Choose(0, 3)
        from ways in Gen.ArrayOf(Gen.Elements(false, true), 4)
        select columns.Take(count).Select((column, i) => (column, ways[i])).ToArray();

    [Fact]
    public async Task Pages_OfRandomQueries_AreTheRowsOfTheStatement()
    {
        var queries =
            from filter in Filter
            from order in Order
            from size in Gen.Choose(150, 1000)
            from backward in Gen.Elements(false, true)
            select (filter, order, size, backward);
        foreach (var (filter, order, size, backward) in queries.Sample(Queries, Queries))
        {
            var orderBy = order.Append(("id", order.LastOrDefault().Descending)).Select(term => $"{term.Item1} {(term.Item2 ? "DESC NULLS FIRST" : "ASC NULLS LAST")}");
            var sql = $"SELECT id FROM sales WHERE {filter.Sql} ORDER BY {string.Join(", ", orderBy)}";
            var expected = (await gateway.DataAsync("query ($sql: String!) { federatedQuery(query: $sql, limit: 10000) { data } }", new { sql }))
                .GetProperty("federatedQuery").GetProperty("data").EnumerateArray().Select(row => row.GetProperty("id").GetInt64());

            var walked = await WalkAsync(filter.Where, order, size, backward);

            Assert.True(expected.SequenceEqual(walked), $"{sql}; pages of {size}, {(backward ? "backward" : "forward")}: {walked.Count} rows");
        }
    }

    private async Task<List<long>> WalkAsync(string where, (string Column, bool Descending)[] order, int size, bool backward)
    {
        var (count, from, cursor, more) = backward ? ("last", "before", "startCursor", "hasPreviousPage") : ("first", "after", "endCursor", "hasNextPage");
        var terms = string.Join(", ", order.Select(term => $"{{ {term.Column}: {(term.Descending ? "DESC" : "ASC")} }}"));
        var query = $$"""query ($at: String) { sales({{count}}: {{size}}, {{from}}: $at, where: { {{where}} }, order: [{{terms}}]) { nodes { id } pageInfo { {{cursor}} {{more}} } } }""";
        var rows = new List<long>();
        string? at = null;
        while (true)
        {
            var page = (await gateway.DataAsync(query, new { at })).GetProperty("sales");
            var ids = page.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("id").GetInt64());
            rows.InsertRange(backward ? 0 : rows.Count, ids);
            if (!page.GetProperty("pageInfo").GetProperty(more).GetBoolean())
            {
                return rows;
            }

            at = page.GetProperty("pageInfo").GetProperty(cursor).GetString();
        }
    }

    private static string Number(decimal number) => number.ToString(CultureInfo.InvariantCulture);
}
