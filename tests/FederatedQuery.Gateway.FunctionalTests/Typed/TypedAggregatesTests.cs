using System.Text.Json;

namespace FederatedQuery.Gateway.FunctionalTests.Typed;

/// <summary>Figures of tables, against the same asked in SQL.</summary>
[Collection(TypedGatewayTests.Name)]
public class TypedAggregatesTests(TypedGateway gateway)
{
    [Fact]
    public async Task Aggregate_Groups_AreAsInSql()
    {
        var groups = (await gateway.DataAsync(
            """
            { salesAggregate(where: { amount: { gt: 0.5 } }, groupBy: [{ region: true, date: WEEK }], order: [{ sumAmount: DESC }, { count: ASC }]) {
                key { region date customerId } count sum { amount } min { amount date } max { amount date } } }
            """)).GetProperty("salesAggregate").EnumerateArray().ToList();

        var expected = (await gateway.DataAsync(
            """
            { federatedQuery(limit: 10000, query: "SELECT region, date_trunc('week', date AT TIME ZONE 'UTC')::VARCHAR AS week, count(*) AS n, sum(amount) AS total, min(amount) AS least, max(date) AS newest FROM sales WHERE amount > 0.5 GROUP BY ALL") { data } }
            """)).GetProperty("federatedQuery").GetProperty("data").EnumerateArray().ToList();
        Assert.Equal(
            expected.Select(row => $"{row.GetProperty("region")}|{row.GetProperty("week").GetString()![..10]}|{row.GetProperty("n")}|{row.GetProperty("total")}|{row.GetProperty("least")}|{row.GetProperty("newest")}").Order(StringComparer.Ordinal),
            groups.Select(group => $"{group.GetProperty("key").GetProperty("region")}|{group.GetProperty("key").GetProperty("date").GetString()![..10]}|{group.GetProperty("count")}|{group.GetProperty("sum").GetProperty("amount")}|{group.GetProperty("min").GetProperty("amount")}|{group.GetProperty("max").GetProperty("date")}").Order(StringComparer.Ordinal));
        Assert.All(groups, group => Assert.Equal(JsonValueKind.Null, group.GetProperty("key").GetProperty("customerId").ValueKind));
        var sums = groups.Select(group => group.GetProperty("sum").GetProperty("amount").GetDecimal()).ToList();
        Assert.Equal(sums.OrderDescending(), sums);
    }

    [Fact]
    public async Task Aggregate_WithoutGroups_IsOneGroup()
    {
        var data = await gateway.DataAsync(
            """
            { salesAggregate { count sum { amount } avg { amount } key { region } }
              none: salesAggregate(where: { region: { eq: "nowhere" } }) { count sum { amount } min { date } }
              ofCustomer: salesAggregate(where: { customer: { id: { eq: 5 } } }) { count }
              first: salesAggregate(groupBy: [{ customerId: true }], order: [{ count: DESC }], first: 3) { count } }
            """);

        var all = Assert.Single(data.GetProperty("salesAggregate").EnumerateArray());
        Assert.Equal(TypedGateway.Sales + 10, all.GetProperty("count").GetInt64());
        Assert.Equal(JsonValueKind.Null, all.GetProperty("key").GetProperty("region").ValueKind);
        Assert.Equal("""[{"count":0,"sum":{"amount":null},"min":{"date":null}}]""", data.GetProperty("none").GetRawText());
        Assert.True(data.GetProperty("ofCustomer")[0].GetProperty("count").GetInt64() > 0);
        Assert.Equal(3, data.GetProperty("first").GetArrayLength());
    }

    [Fact]
    public async Task Aggregate_FigureThatIsNotFinite_IsNullWithAnError()
    {
        var response = await gateway.Process.QueryAsync(
            """
            { salesAggregate(where: { id: { in: [8, 17] } }) { sum { ratio } avg { ratio } min { ratio } max { ratio } }
              infinite: salesAggregate(where: { id: { in: [8, 19] } }) { sum { amount ratio } min { ratio } } }
            """);

        Assert.StartsWith(
            """{"salesAggregate":[{"sum":{"ratio":null},"avg":{"ratio":null},"min":{"ratio":1},"max":{"ratio":null}}],"infinite":[{"sum":{"amount":6.83,"ratio":""",
            response.GetProperty("data").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(
            ["INVALID_RESULT: Float cannot represent value: Infinity", "INVALID_RESULT: Float cannot represent value: NaN"],
            response.GetProperty("errors").EnumerateArray().Select(error => $"{error.GetProperty("extensions").GetProperty("code").GetString()}: {error.GetProperty("message").GetString()}")
                .Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("first: -1", "`first` is -1; it must be 0 to 10000.")]
    [InlineData("groupBy: [{ date: DAY }, { date: YEAR }]", "`groupBy` has `date` twice, with different values; rows are grouped by a column in one way.")]
    public async Task Aggregate_ThatMakesNoSense_IsRefused(string arguments, string message) =>
        Assert.Equal(("BAD_ARGUMENT", message), await gateway.ErrorAsync($$"""{ salesAggregate({{arguments}}) { count } }"""));

    [Fact]
    public async Task Children_OfManyParents_AreReadTogether()
    {
        var response = await gateway.Process.QueryAsync("{ customers(first: 100) { nodes { id sales(first: 5) { totalCount nodes { id customer { name } } } } } }");

        // The customers, pages of all their sales, counts of these, and their customers again.
        Assert.Equal(4, response.GetProperty("extensions").GetProperty("federation").GetProperty("queries").GetArrayLength());
    }
}
