using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Gateway.FunctionalTests.Typed;

/// <summary>Filters by what is inside of lists and structs, and by related rows, over both tiers.</summary>
[Collection(TypedGatewayTests.Name)]
public class RelatedFiltersTests(TypedGateway gateway)
{
    private const int Queries = 40;

    /// <summary>Of an element of <c>tags</c>, called x in SQL.</summary>
    private static readonly Gen<(string Where, string Sql)> Tag = Gen.OneOf(
        from text in Gen.Elements("a", "b", "ä", "") select ($"eq: \"{text}\"", $"x = '{text}'"),
        from text in Gen.Elements("a", "b") select ($"neq: \"{text}\"", $"x IS DISTINCT FROM '{text}'"),
        from text in Gen.Elements("a", "c") select ($"in: [\"{text}\", null]", $"(x = '{text}' OR x IS NULL)"),
        from text in Gen.Elements("b", "ä") select ($"ncontains: \"{text}\"", $"(x IS NULL OR NOT contains(x, '{text}'))"),
        Gen.Constant(("eq: null", "x IS NULL")));

    private static readonly Gen<(string Where, string Sql)> Score = Gen.OneOf(
        from number in Gen.Choose(0, 9) select ($"gte: {number}", $"x >= {number}"),
        from number in Gen.Choose(0, 9) select ($"lt: {number}, neq: null", $"(x < {number} AND x IS NOT NULL)"),
        from number in Gen.Choose(0, 3) select ($"nin: [{number}, {number + 1}]", $"(x IS NULL OR x NOT IN ({number}, {number + 1}))"));

    /// <summary>Of a struct, called x in SQL.</summary>
    private static readonly Gen<(string Where, string Sql)> Spot = Gen.OneOf(
        from name in Gen.Elements("spot 1", "s1", "s") select ($"name: {{ startsWith: \"{name}\" }}", $"coalesce(starts_with(x.name, '{name}'), false)"),
        from name in Gen.Elements("spot 1", "s1") select ($"name: {{ neq: \"{name}\" }}", $"x.name IS DISTINCT FROM '{name}'"),
        from zip in Gen.Choose(0, 8) select ($"zipCode: {{ gt: {zip} }}", $"coalesce(x.\"zip code\" > {zip}, false)"),
        from zip in Gen.Choose(0, 8) select ($"or: [{{ zipCode: {{ eq: {zip} }} }}, {{ name: {{ eq: null }} }}]", $"coalesce(x.\"zip code\" = {zip} OR x.name IS NULL, false)"),
        from mark in Gen.Elements("x", "m1", "y0") select ($"marks: {{ some: {{ eq: \"{mark}\" }} }}", $"coalesce(list_contains(x.marks, '{mark}'), false)"),
        Gen.Constant(("marks: { any: false }", "coalesce(len(x.marks), 0) = 0")));

    private static readonly Gen<(string Where, string Sql)> Condition = Gen.OneOf(
        OfList("tags", "tags", Tag),
        OfList("scores", "scores", Score),
        OfList("stops", "stops", Spot),
        from spot in Spot select ($"place: {{ {spot.Where} }}", Named(spot.Sql, "place")),
        from number in Gen.Choose(1, 30) select ($"shop: {{ name: {{ eq: \"Shop {number}\" }} }}", $"(tenant, shop_number) IN (SELECT (tenant, number) FROM shops WHERE name = 'Shop {number}')"));

    [Fact]
    public async Task Visits_RandomFilters_AreTheRowsOfTheStatement()
    {
        var filters = Gen.OneOf(
            Condition,
            from left in Condition from right in Condition select ($"and: [{{ {left.Where} }}, {{ {right.Where} }}]", $"({left.Sql} AND {right.Sql})"),
            from left in Condition from right in Condition select ($"or: [{{ {left.Where} }}, {{ {right.Where} }}]", $"({left.Sql} OR {right.Sql})"));
        foreach (var (where, condition) in filters.Sample(Queries, Queries))
        {
            await CheckAsync("visits", where, $"SELECT id FROM visits WHERE {condition} ORDER BY id");
        }
    }

    [Theory]
    [InlineData("sales: { some: { amount: { gt: 4.9 } } }", "EXISTS (SELECT 1 FROM sales s WHERE s.customer_id = c.id AND s.amount > 4.9)")]
    [InlineData("sales: { none: { region: { eq: \"north\" } } }", "NOT EXISTS (SELECT 1 FROM sales s WHERE s.customer_id = c.id AND s.region = 'north')")]
    [InlineData("sales: { all: { amount: { gt: 0.5 } } }", "NOT EXISTS (SELECT 1 FROM sales s WHERE s.customer_id = c.id AND NOT coalesce(s.amount > 0.5, false))")]
    [InlineData("sales: { any: true }", "EXISTS (SELECT 1 FROM sales s WHERE s.customer_id = c.id)")]
    [InlineData("sales: { any: false }", "NOT EXISTS (SELECT 1 FROM sales s WHERE s.customer_id = c.id)")]
    [InlineData("sales: { some: { region: { eq: \"late\" } } }, name: { neq: null }", "EXISTS (SELECT 1 FROM sales s WHERE s.customer_id = c.id AND s.region = 'late') AND c.name IS NOT NULL")]
    [InlineData("or: [{ sales: { some: { id: { eq: 8 } } } }, { sales: { some: { customer: { id: { in: [3, 4] } } } } }]", "c.id IN (3, 4) OR c.id = (SELECT customer_id FROM sales WHERE id = 8)")]
    public async Task Customers_ByTheirSales_AreTheRowsOfTheStatement(string where, string condition) =>
        await CheckAsync("customers", where, $"SELECT c.id FROM customers c WHERE {condition} ORDER BY c.id");

    [Theory]
    [InlineData("some: { tags: { some: { eq: \"a\" } } }", "EXISTS (SELECT 1 FROM visits v WHERE v.tenant = s.tenant AND v.shop_number = s.number AND list_contains(v.tags, 'a'))")]
    [InlineData("none: { scores: { some: { eq: 9 } } }", "NOT EXISTS (SELECT 1 FROM visits v WHERE v.tenant = s.tenant AND v.shop_number = s.number AND list_contains(v.scores, 9))")]
    [InlineData("any: false", "NOT EXISTS (SELECT 1 FROM visits v WHERE v.tenant = s.tenant AND v.shop_number = s.number)")]
    public async Task Shops_ByTheirVisits_AreTheRowsOfTheStatement(string where, string condition)
    {
        var expected = await ReadAsync($"SELECT s.tenant * 100 + s.number AS id FROM shops s WHERE {condition} ORDER BY 1");

        var data = await gateway.DataAsync($$"""{ shops(where: { visits: { {{where}} } }) { totalCount nodes { tenant number } } }""");

        var shops = data.GetProperty("shops");
        Assert.Equal(expected, shops.GetProperty("nodes").EnumerateArray().Select(node => (node.GetProperty("tenant").GetInt64() * 100) + node.GetProperty("number").GetInt64()));
        Assert.Equal(expected.Count, shops.GetProperty("totalCount").GetInt32());
    }

    [Fact]
    public async Task Children_ByAForeignKeyOfTwoColumns_TakeOneReadForAllParents()
    {
        var response = await gateway.Process.QueryAsync(
            "{ shops(order: [{ tenant: ASC }, { number: DESC }]) { nodes { tenant number visits(first: 3, order: [{ at: DESC }]) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } } } }");

        // The shops, their visits, and how many these are.
        Assert.Equal(3, response.GetProperty("extensions").GetProperty("federation").GetProperty("queries").GetArrayLength());
        var shops = response.GetProperty("data").GetProperty("shops").GetProperty("nodes").EnumerateArray().ToList();
        Assert.Equal(30, shops.Count);
        foreach (var shop in shops)
        {
            var ids = await ReadAsync($"SELECT id FROM visits WHERE tenant = {shop.GetProperty("tenant")} AND shop_number = {shop.GetProperty("number")} ORDER BY \"at\" DESC, id DESC");
            var visits = shop.GetProperty("visits");
            Assert.Equal(ids.Take(3), visits.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("id").GetInt64()));
            Assert.Equal(ids.Count, visits.GetProperty("totalCount").GetInt32());
            Assert.Equal(ids.Count > 3, visits.GetProperty("pageInfo").GetProperty("hasNextPage").GetBoolean());
        }
    }

    [Fact]
    public async Task Filter_WithTooManyRelatedConditions_IsRefused()
    {
        var many = string.Join(", ", Enumerable.Repeat("{ sales: { any: true } }", 51));

        var (code, message) = await gateway.ErrorAsync($$"""{ customers(where: { or: [{{many}}] }) { totalCount } }""");

        Assert.Equal("BAD_ARGUMENT", code);
        Assert.Equal("`where.or[50].sales.any` is one condition on related rows too many; a filter may have 50.", message);
    }

    [Fact]
    public async Task Aggregate_OverRelatedConditions_CountsTheSameRows()
    {
        var data = await gateway.DataAsync("""{ customersAggregate(where: { sales: { some: { amount: { gt: 4.9 } } } }) { count } customers(where: { sales: { some: { amount: { gt: 4.9 } } } }) { totalCount } }""");

        Assert.Equal(data.GetProperty("customers").GetProperty("totalCount").GetInt32(), data.GetProperty("customersAggregate")[0].GetProperty("count").GetInt32());
    }

    private static Gen<(string Where, string Sql)> OfList(string field, string column, Gen<(string Where, string Sql)> element) => Gen.OneOf(
        from one in element select ($"{field}: {{ some: {{ {one.Where} }} }}", $"coalesce(len(list_filter({column}, lambda x: {one.Sql})) > 0, false)"),
        from one in element select ($"{field}: {{ none: {{ {one.Where} }} }}", $"coalesce(len(list_filter({column}, lambda x: {one.Sql})) = 0, true)"),
        from one in element select ($"{field}: {{ all: {{ {one.Where} }} }}", $"coalesce(len(list_filter({column}, lambda x: {one.Sql})) = len({column}), false)"),
        from any in Gen.Elements(true, false)
        select ($"{field}: {{ any: {(any ? "true" : "false")} }}", any ? $"coalesce(len({column}) > 0, false)" : $"coalesce(len({column}) = 0, true)"));

    private static string Named(string sql, string column) => sql.Replace("x.", $"{column}.", StringComparison.Ordinal);

    private async Task CheckAsync(string table, string where, string sql)
    {
        var expected = await ReadAsync(sql);

        var page = (await gateway.DataAsync($$"""{ {{table}}(first: 1000, where: { {{where}} }) { totalCount nodes { id } } }""")).GetProperty(table);

        var found = page.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("id").GetInt64()).ToList();
        Assert.True(expected.SequenceEqual(found), string.Create(CultureInfo.InvariantCulture, $"{where}\n{sql}\nexpected {expected.Count} rows, found {found.Count}"));
        Assert.Equal(expected.Count, page.GetProperty("totalCount").GetInt32());
    }

    private async Task<List<long>> ReadAsync(string sql) =>
        [.. (await gateway.DataAsync("query ($sql: String!) { federatedQuery(query: $sql, limit: 10000) { data } }", new { sql }))
            .GetProperty("federatedQuery").GetProperty("data").EnumerateArray().Select(row => row.EnumerateObject().First().Value.GetInt64())];
}
