using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Typed;

/// <summary>The fields that tables have.</summary>
[Collection(TypedGatewayTests.Name)]
public class TypedTablesTests(TypedGateway gateway)
{
    [Fact]
    public async Task Page_WithParents_TakesTwoStatements()
    {
        var response = await gateway.Process.QueryAsync("{ sales(order: [{ date: DESC }]) { nodes { id customerId customer { id name } } } }");

        var nodes = response.GetProperty("data").GetProperty("sales").GetProperty("nodes").EnumerateArray().ToList();
        Assert.Equal(50, nodes.Count);
        Assert.All(nodes, node => Assert.Equal(node.GetProperty("customerId").ToString(), node.GetProperty("customer") is { ValueKind: JsonValueKind.Object } customer ? customer.GetProperty("id").ToString() : ""));
        Assert.Contains(nodes, node => node.GetProperty("customer").ValueKind == JsonValueKind.Null);
        Assert.Equal(2, response.GetProperty("extensions").GetProperty("federation").GetProperty("queries").GetArrayLength());
    }

    [Fact]
    public async Task Pages_ForwardAndBackward_SeeEachRowOnce()
    {
        var forward = await WalkAsync("first", "after", "endCursor", "hasNextPage");
        var backward = await WalkAsync("last", "before", "startCursor", "hasPreviousPage");

        Assert.Equal(TypedGateway.Sales + 10, forward.Distinct().Count());
        Assert.Equal(forward, backward);

        async Task<List<long>> WalkAsync(string count, string from, string cursor, string more)
        {
            var pages = new List<List<long>>();
            string? at = null;
            while (true)
            {
                var page = (await gateway.DataAsync(
                    $$"""query ($at: String) { sales({{count}}: 300, {{from}}: $at, order: [{ region: DESC }, { amount: ASC }]) { nodes { id } pageInfo { {{cursor}} {{more}} } totalCount } }""",
                    new { at })).GetProperty("sales");
                Assert.Equal(TypedGateway.Sales + 10, page.GetProperty("totalCount").GetInt64());
                pages.Add([.. page.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("id").GetInt64())]);
                if (!page.GetProperty("pageInfo").GetProperty(more).GetBoolean())
                {
                    return [.. (count == "first" ? pages : pages.AsEnumerable().Reverse()).SelectMany(ids => ids)];
                }

                at = page.GetProperty("pageInfo").GetProperty(cursor).GetString();
            }
        }
    }

    [Fact]
    public async Task Children_NestedPages_AreThoseOfTheirParent()
    {
        var data = await gateway.DataAsync(
            """
            { customers(first: 30) { nodes { id sales(first: 3, order: [{ date: ASC }], where: { amount: { gt: 1 } }) { totalCount nodes { customerId customer { id } amount } pageInfo { hasNextPage endCursor } } } } }
            """);

        var customers = data.GetProperty("customers").GetProperty("nodes").EnumerateArray().ToList();
        Assert.Equal(30, customers.Count);
        foreach (var customer in customers)
        {
            var id = customer.GetProperty("id").GetInt64();
            var expected = (await gateway.DataAsync(
                $$"""{ sales(first: 3, order: [{ date: ASC }], where: { amount: { gt: 1 }, customerId: { eq: {{id}} } }) { totalCount nodes { customerId customer { id } amount } pageInfo { hasNextPage } } }""")).GetProperty("sales");
            var children = customer.GetProperty("sales");
            Assert.Equal(expected.GetProperty("totalCount").GetInt64(), children.GetProperty("totalCount").GetInt64());
            Assert.Equal(expected.GetProperty("nodes").ToString(), children.GetProperty("nodes").ToString());
            Assert.Equal(expected.GetProperty("pageInfo").GetProperty("hasNextPage").GetBoolean(), children.GetProperty("pageInfo").GetProperty("hasNextPage").GetBoolean());
        }

        var first = customers[0].GetProperty("sales").GetProperty("pageInfo").GetProperty("endCursor").GetString();
        var next = await gateway.DataAsync(
            """query ($after: String) { customers(first: 1) { nodes { sales(first: 1000, after: $after, order: [{ date: ASC }], where: { amount: { gt: 1 } }) { nodes { id } } } } }""",
            new { after = first });
        Assert.Equal(
            customers[0].GetProperty("sales").GetProperty("totalCount").GetInt64() - 3,
            next.GetProperty("customers").GetProperty("nodes")[0].GetProperty("sales").GetProperty("nodes").GetArrayLength());
    }

    [Fact]
    public async Task Filter_ByParent_SelectsItsRows()
    {
        var data = await gateway.DataAsync(
            """{ sales(first: 1000, where: { customer: { name: { in: ["Customer 1", "Customer 2"] } } }) { totalCount nodes { customer { name } } } none: sales(where: { customer: { name: { eq: "nobody" } } }) { totalCount nodes { id } } }""");

        var expected = (await gateway.DataAsync(
            """{ federatedQuery(query: "SELECT count(*) AS n FROM sales JOIN customers c ON c.id = customer_id WHERE c.name IN ('Customer 1', 'Customer 2')") { data } }"""))
            .GetProperty("federatedQuery").GetProperty("data")[0].GetProperty("n").GetInt64();
        Assert.True(expected > 0);
        Assert.Equal(expected, data.GetProperty("sales").GetProperty("totalCount").GetInt64());
        Assert.Equal(expected, data.GetProperty("sales").GetProperty("nodes").GetArrayLength());
        Assert.All(data.GetProperty("sales").GetProperty("nodes").EnumerateArray(), node => Assert.Contains(node.GetProperty("customer").GetProperty("name").GetString(), new[] { "Customer 1", "Customer 2" }));
        Assert.Equal("""{"totalCount":0,"nodes":[]}""", data.GetProperty("none").GetRawText());
    }

    [Fact]
    public async Task Row_OfEveryType_IsRead()
    {
        var data = await gateway.DataAsync(
            """
            { things(order: [{ id: ASC }]) { nodes { id truth small big price day clock local bytes tags numbers homeAddress { street zipCode } other { street zipCode __typename } document class } } }
            """);

        var nodes = data.GetProperty("things").GetProperty("nodes");
        Assert.Equal(
            """
            {"id":"00000000-0000-0000-0000-000000000001","truth":true,"small":7,"big":9007199254740993,"price":1.500000000,"day":"2024-02-29","clock":"08:30:00.5","local":"2024-02-29T08:30:00","bytes":"AQI=","tags":["a",null,"b\"c"],"numbers":[1,2],"homeAddress":{"street":"Main \"St\"","zipCode":12345},"other":[{"street":"A","zipCode":1,"__typename":"ThingOther"},null],"document":{"a": {"b": [1, null]}, "c": "x"},"class":"x"}
            """,
            nodes[0].GetRawText());
        Assert.Equal(
            """
            {"id":"00000000-0000-0000-0000-000000000002","truth":null,"small":null,"big":null,"price":null,"day":null,"clock":null,"local":null,"bytes":null,"tags":null,"numbers":null,"homeAddress":null,"other":null,"document":null,"class":null}
            """,
            nodes[1].GetRawText());
    }

    [Theory]
    [InlineData("""id: { eq: "00000000-0000-0000-0000-000000000001" }""", 1)]
    [InlineData("""id: { nin: ["00000000-0000-0000-0000-000000000001"] }""", 1)]
    [InlineData("truth: { eq: null }", 1)]
    [InlineData("truth: { neq: false }", 2)]
    [InlineData("small: { in: [7, null] }", 2)]
    [InlineData("small: { nin: [7, null] }", 0)]
    [InlineData("""big: { eq: "9007199254740993" }""", 1)]
    [InlineData("""day: { gte: "2024-02-29" }""", 1)]
    [InlineData("""clock: { lt: "08:30:00.6" }""", 1)]
    [InlineData("""local: { lte: "2024-02-29T08:30:00" }""", 1)]
    [InlineData("""bytes: { eq: "AQI=" }""", 1)]
    [InlineData("""document: { path: "a.b[0]", eq: 1 }""", 1)]
    [InlineData("""document: { path: "c", exists: true }""", 1)]
    [InlineData("""class: { contains: "x", nstartsWith: "y", or: [{ endsWith: "z" }, { endsWith: "x" }] }""", 1)]
    [InlineData("price: { gt: 1.4999 }", 1)]
    [InlineData("price: { gte: 1e-30 }", 1)]
    [InlineData("price: { gt: 1.4999999999999999999999999999999999999 }", 1)]
    [InlineData("price: { gte: 1.5000000000000000000000000000000000001 }", 0)]
    [InlineData("""price: { lt: "99999999999999999999999999999999999999" }""", 1)]
    [InlineData("or: [{ small: { eq: 7 } }, { truth: { eq: null } }]", 2)]
    [InlineData("and: [{ small: { eq: 7 } }, { truth: { eq: null } }]", 0)]
    [InlineData("small: null", 2)]
    [InlineData("""tags: { some: { contains: "\"" } }""", 1)]
    [InlineData("tags: { none: { eq: null } }", 1)]
    [InlineData("numbers: { all: { lte: 2 } }", 1)]
    [InlineData("homeAddress: { zipCode: { eq: 12345 } }", 1)]
    [InlineData("homeAddress: { street: { eq: null } }", 1)]
    [InlineData("""other: { some: { street: { eq: "A" }, zipCode: { eq: 1 } } }""", 1)]
    [InlineData("other: { some: { street: { eq: null } } }", 1)]
    public async Task Filter_OfEveryType_Selects(string where, int count) =>
        Assert.Equal(count, (await gateway.DataAsync($$"""{ things(where: { {{where}} }) { totalCount } }""")).GetProperty("things").GetProperty("totalCount").GetInt32());

    [Fact]
    public async Task Rows_OfAMaterializedView_AreRead()
    {
        var data = await gateway.DataAsync("""{ regions(where: { region: { startsWith: "n" } }) { totalCount nodes { region } } }""");

        Assert.Equal("""{"totalCount":1,"nodes":[{"region":"north"}]}""", data.GetProperty("regions").GetRawText());
    }

    [Fact]
    public async Task Json_InsideOfListsAndStructs_IsJson()
    {
        var data = await gateway.DataAsync("{ notes(order: [{ id: ASC }]) { nodes { details best { title detail } } } }");

        Assert.Equal("""[{"details":[{"a": 1},null],"best":{"title":"x","detail":[1]}},{"details":null,"best":null}]""", data.GetProperty("notes").GetProperty("nodes").GetRawText());
    }

    [Fact]
    public async Task Struct_WithJsonNestedDeep_IsRead()
    {
        var data = await gateway.DataAsync("{ measures(where: { id: { eq: 1 } }) { nodes { deep { title } } } }");

        Assert.Equal("""[{"deep":{"title":"deep"}}]""", data.GetProperty("measures").GetProperty("nodes").GetRawText());
    }

    [Fact]
    public async Task List_BesideANumberWithoutJson_IsNull()
    {
        var response = await gateway.Process.QueryAsync("{ notes(order: [{ id: ASC }]) { nodes { ratio words } } }");

        Assert.Equal("""[{"ratio":null,"words":null},{"ratio":1,"words":[]}]""", response.GetProperty("data").GetProperty("notes").GetProperty("nodes").GetRawText().Replace("1.0", "1", StringComparison.Ordinal));
        Assert.Equal("Float cannot represent value: NaN", Assert.Single(response.GetProperty("errors").EnumerateArray()).GetProperty("message").GetString());
    }

    [Fact]
    public async Task Number_WithoutJson_IsNullWithAnError()
    {
        var response = await gateway.Process.QueryAsync("{ sales(where: { id: { in: [17, 19, 23, 8] } }, order: [{ id: ASC }]) { nodes { id ratio } } }");

        Assert.Equal(
            """[{"id":8,"ratio":1},{"id":17,"ratio":null},{"id":19,"ratio":null},{"id":23,"ratio":null}]""",
            response.GetProperty("data").GetProperty("sales").GetProperty("nodes").GetRawText().Replace("1.0}", "1}", StringComparison.Ordinal));
        Assert.Equal(
            ["Float cannot represent value: NaN", "Float cannot represent value: Infinity"],
            response.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("message").GetString()!));
    }

    /// <summary>As a column that is one: null, with an error at its place.</summary>
    [Fact]
    public async Task Numbers_WithoutJsonInsideOfListsAndStructs_AreNullWithAnErrorEach()
    {
        var response = await gateway.Process.QueryAsync("{ measures(order: [{ id: ASC }]) { nodes { samples best { code value samples } series { code value samples } } } }");

        Assert.Equal(
            """
            [{"samples":[1,null,null,null],"best":{"code":"a","value":null,"samples":[0.1,null]},"series":[{"code":"b","value":2,"samples":null},null,{"code":"","value":null,"samples":[]}]},{"samples":[0.5],"best":{"code":"c","value":1,"samples":[2]},"series":null}]
            """,
            response.GetProperty("data").GetProperty("measures").GetProperty("nodes").GetRawText());
        Assert.Equal(
            [
                """["measures","nodes",0,"samples",1] NaN""", """["measures","nodes",0,"samples",3] -Infinity""", """["measures","nodes",0,"best","value"] Infinity""",
                """["measures","nodes",0,"best","samples",1] NaN""", """["measures","nodes",0,"series",2,"value"] NaN""",
            ],
            response.GetProperty("errors").EnumerateArray().Select(error =>
                $"{error.GetProperty("path").GetRawText()} {error.GetProperty("message").GetString()!.Replace("Float cannot represent value: ", "", StringComparison.Ordinal)}"));
    }

    [Theory]
    [InlineData("first: 1001", "`first` is 1001; it must be 0 to 1000.")]
    [InlineData("last: -1", "`last` is -1; it must be 0 to 1000.")]
    [InlineData("first: 1, last: 1", "`first` is 1 and `last` is 1; give one: `first` for rows from the beginning, `last` for rows from the end.")]
    [InlineData("order: [{ id: ASC, date: DESC }]", "`order[0]` has the fields `id`, `date`, of which none comes first; give each an object of its own: [{ id: ASC }, { date: DESC }].")]
    [InlineData("where: { amount: { gt: null } }", "`where.amount.gt` is null, with which nothing compares; `eq: null` selects rows without a value.")]
    [InlineData("after: \"x\"", "`after` is 'x': it is no cursor.")]
    public async Task Arguments_ThatMakeNoSense_AreRefused(string arguments, string message)
    {
        var (code, said) = await gateway.ErrorAsync($$"""{ sales({{arguments}}) { nodes { id } } }""");

        Assert.Equal("BAD_ARGUMENT", code);
        Assert.StartsWith(message, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cursor_OfAnotherQuery_IsRefused()
    {
        var data = await gateway.DataAsync("{ sales(first: 1) { pageInfo { endCursor } } }");

        var (code, message) = await gateway.ErrorAsync(
            "query ($after: String) { sales(after: $after, order: [{ date: DESC }]) { nodes { id } } }",
            new { after = data.GetProperty("sales").GetProperty("pageInfo").GetProperty("endCursor").GetString() });

        Assert.Equal("BAD_ARGUMENT", code);
        Assert.Contains("it belongs to another query", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FirstZero_WithTotal_CountsOnly()
    {
        var data = await gateway.DataAsync("""{ sales(first: 0, where: { region: { eq: "late" } }) { totalCount nodes { id } } }""");

        Assert.Equal("""{"totalCount":10,"nodes":[]}""", data.GetProperty("sales").GetRawText());
    }

    [Fact]
    public async Task Deferred_Parents_AreReadAsWell()
    {
        var data = await gateway.DataAsync("{ sales(first: 2, where: { customerId: { neq: null } }) { nodes { id ... on Sale @defer { customer { name } } } } }");

        Assert.All(data.GetProperty("sales").GetProperty("nodes").EnumerateArray(), node => Assert.StartsWith("Customer", node.GetProperty("customer").GetProperty("name").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Introspection_Comments_AreDescriptions()
    {
        var data = await gateway.DataAsync("""{ __type(name: "Customer") { description fields { name description } } thing: __type(name: "Thing") { description } }""");

        Assert.Equal("Who buys.", data.GetProperty("__type").GetProperty("description").GetString());
        Assert.Contains(data.GetProperty("__type").GetProperty("fields").EnumerateArray(), field => field.GetProperty("description").GetString() == "As on the invoice.");
        Assert.Equal("Left out, as GraphQL has no type for them: outline (polygon).", data.GetProperty("thing").GetProperty("description").GetString());
    }

    /// <summary>graphql-js takes the schema with all its generated types.</summary>
    [Fact]
    public async Task Schema_ByGraphQLJs_IsValid()
    {
        var introspection = await gateway.DataAsync(await NodeScript.RunAsync("introspection-query.js", string.Empty));
        string[] documents = ["query ($where: SaleFilterInput, $order: [SaleSortInput!]) { sales(where: $where, order: $order) { edges { cursor node { id customer { sales { totalCount } } } } } }"];

        var judged = JsonDocument.Parse(await NodeScript.RunAsync("check-schema.js", JsonSerializer.Serialize(new { introspection, documents }))).RootElement;

        Assert.Equal(0, judged.GetProperty("errors").GetArrayLength());
    }

    /// <summary>GraphQL Code Generator makes types, a TypeScript program compiles against them, and Apollo Client puts its pages together.</summary>
    [Fact]
    public async Task Sample_InTypeScript_CompilesAndWalksEveryPage()
    {
        var walked = JsonDocument.Parse(await NodeScript.RunAsync("typed-sample.js", string.Empty, $"http://127.0.0.1:{gateway.Process.Port}/graphql", "300")).RootElement;

        Assert.Equal(7, walked.GetProperty("pages").GetInt32());
        Assert.Equal(TypedGateway.Sales + 10, walked.GetProperty("rows").GetInt32());
        Assert.Equal(TypedGateway.Sales + 10, walked.GetProperty("distinct").GetInt32());
        Assert.True(walked.GetProperty("inOrder").GetBoolean());
    }
}
