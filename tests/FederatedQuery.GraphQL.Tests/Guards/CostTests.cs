using System.Globalization;
using System.Text;
using System.Text.Json;
using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Execution.Costs;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Tests.TestSchema;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Tests.Guards;

/// <summary>Costs worked out by hand; the first ones are the examples of the specification.</summary>
public class CostTests
{
    private const string Directives = """
        directive @cost(weight: String!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
        directive @listSize(assumedSize: Int, slicingArguments: [String!], slicingArgumentDefaultValue: Int, sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION

        """;

    private const string Users = """
        type User { name: String age: Int @cost(weight: "2.0") friends(max: Int): [User] @listSize(slicingArguments: ["max"]) }
        type Query { users(max: Int): [User] @listSize(slicingArguments: ["max"]) }
        """;

    private const string Products = """
        directive @approx(tolerance: Float! @cost(weight: "-1.0")) on FIELD
        input Filter { approx: Approximate @cost(weight: "-12.0") any: [Filter!] }
        enum Approximate { YES }
        type Product { id: ID }
        type Query {
          topProducts(filter: Filter @cost(weight: "15.0")): [String] @cost(weight: "5.0") @listSize(assumedSize: 10)
          mostPopularProduct(approx: Approximate @cost(weight: "-3.0"), tolerance: Approximate @cost(weight: "-30")): Product @cost(weight: "5.0")
        }
        """;

    private const string Films = """
        type FilmEdge { cursor: ID node: Film }
        type Film { title: String sequels(first: Int = 3): [Film] @listSize(slicingArguments: ["first"]) cast: [Person] @listSize(assumedSize: 20) }
        interface Person { name: String film: Film }
        type Actor implements Person @cost(weight: "3") { name: String @cost(weight: "4") film: Film }
        type Writer implements Person { name: String film: Film @cost(weight: "7") }
        type FilmConnection { edges: [FilmEdge] nodes: [Film] pageInfo: PageInfo }
        type PageInfo { hasNextPage: Boolean }
        type Query {
          films(first: Int, after: ID, last: Int, before: ID): FilmConnection @listSize(slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"])
          page(first: Int, last: Int): [Film] @listSize(assumedSize: 100, slicingArguments: ["first", "last"], slicingArgumentDefaultValue: 10, requireOneSlicingArgument: false)
          person: Person
          plain: [Film]
          matrix: [[Film]] @listSize(assumedSize: 4)
        }
        """;

    [Theory]
    [InlineData(Users, "query Example { users(max: 5) { age } }", null, 11, 6)]
    [InlineData(Users, "{ users(max: 5) { name } }", null, 1, 6)]
    [InlineData(Users, "{ users(max: 5) { friends(max: 4) { age } } }", null, 1 + (5 * (1 + (4 * 2))), 1 + 5 + 20)]
    [InlineData(Users, "query ($n: Int = 2) { users(max: $n) { friends(max: $n) { age } } }", null, 1 + (2 * (1 + (2 * 2))), 1 + 2 + 4)]
    [InlineData(Users, "query ($n: Int = 2) { users(max: $n) { age } }", """{"n":7}""", 15, 8)]
    [InlineData(Users, "{ users(max: 0) { age } }", null, 1, 1)]
    [InlineData(Users, "{ users(max: -5) { age } }", null, 1, 1)]
    [InlineData(Products, "{ topProducts }", null, 5, 1)]
    [InlineData(Products, "{ topProducts(filter: {}) }", null, 20, 1)]
    [InlineData(Products, "{ topProducts(filter: { approx: YES }) }", null, 8, 1)]
    [InlineData(Products, "query ($f: Filter) { topProducts(filter: $f) }", """{"f":{"approx":"YES"}}""", 8, 1)]
    [InlineData(Products, "query ($f: Filter) { topProducts(filter: $f) }", """{}""", 5, 1)]
    [InlineData(Products, "query ($a: Approximate) { topProducts(filter: { any: [{ approx: $a }, {}] }) }", """{"a":"YES"}""", 5 + 15 + 1 - 12, 1)]
    [InlineData(Products, "query ($f: Filter = { any: [{ any: [] }] }) { topProducts(filter: $f) }", null, 5 + 15 + 1 + 1, 1)]
    [InlineData(Products, "{ mostPopularProduct(approx: YES) { id } }", null, 2, 2)]
    [InlineData(Products, "{ mostPopularProduct(tolerance: YES) { id } }", null, 0, 2)]
    [InlineData(Products, "{ mostPopularProduct @approx(tolerance: 0.5) { id @approx(tolerance: 1) } }", null, 4, 2)]
    [InlineData(Films, "{ films(first: 10) { edges { node { title } } } }", null, 1 + 1 + 10, 1 + 1 + 10 + 10)]
    [InlineData(Films, "{ films(first: 10) { nodes { title } pageInfo { hasNextPage } } }", null, 1 + 1 + 1, 1 + 1 + 10 + 1)]
    [InlineData(Films, "query ($n: Int) { films(last: $n) { edges { node { sequels { title } } } } }", """{"n":5}""", 1 + 1 + (5 * (1 + 1)), 1 + 1 + 5 + 5 + 15)]
    [InlineData(Films, "{ page { title } }", null, 1, 11)]
    [InlineData(Films, "{ page(first: null) { title } }", null, 1, 101)]
    [InlineData(Films, "{ page(first: 3, last: 7) { title } }", null, 1, 8)]
    [InlineData(Films, "query ($n: Int) { page(first: $n) { title } }", """{"n":null}""", 1, 101)]
    [InlineData(Films, "query ($n: Int) { page(first: $n) { title } }", """{}""", 1, 11)]
    [InlineData(Films, "{ plain { title } }", null, 1, 2)]
    [InlineData(Films, "{ matrix { title } }", null, 1, 5)]
    [InlineData(Films, "{ person { name } }", null, 1 + 4, 1 + 3)]
    [InlineData(Films, "{ person { film { title } } }", null, 1 + 7, 1 + 3 + 1)]
    [InlineData(Films, "{ person { ... on Actor { name } ... on Writer { film { title } } } }", null, 1 + 7, 1 + 3 + 1)]
    [InlineData(Films, "{ page(first: 2) { cast { name } } }", null, 1 + (2 * (1 + (20 * 4))), 1 + 2 + (2 * 20 * 3))]
    [InlineData(Films, "{ a: plain { title } b: plain { title } }", null, 2, 3)]
    [InlineData(Films, "{ plain { title } plain { sequels(first: 2) { title } } ...F } fragment F on Query { plain { sequels(first: 2) { title } } }", null, 2, 4)]
    [InlineData(Films, "query ($no: Boolean!) { plain @skip(if: $no) { title } person @include(if: $no) { name } }", """{"no":true}""", 5, 4)]
    [InlineData(Films, "query ($no: Boolean!) { plain @skip(if: $no) { title } person @include(if: $no) { name } }", """{"no":false}""", 1, 2)]
    [InlineData(Films, "{ __schema { types { name } } __typename }", null, 0, 1)]
    public async Task Cost_WorkedOutByHand_IsReported(string sdl, string document, string? variables, double fieldCost, double typeCost) =>
        Assert.Equal(new OperationCost(fieldCost, typeCost), await CostOfAsync(sdl, document, variables));

    [Theory]
    [InlineData("{ films { pageInfo { hasNextPage } } }", "{}", "none is")]
    [InlineData("{ films(first: 1, last: 2) { pageInfo { hasNextPage } } }", "{}", "2 are")]
    [InlineData("query ($f: Int, $l: Int) { films(first: $f, last: $l) { pageInfo { hasNextPage } } }", "{}", "none is")]
    public async Task RequiredSlice_NotExactlyOne_IsRefused(string document, string variables, string found)
    {
        var response = await ExecuteAsync(Films, document, variables);

        Assert.StartsWith($$"""{"errors":[{"message":"Exactly one of the arguments \"first\", \"last\" of field \"Query.films\" must be given, {{found}}.","locations":[{"line":1""", response, StringComparison.Ordinal);
        Assert.Contains(ErrorCodes.SlicingArgumentRequired, response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequiredSlice_BothAsVariablesOneGiven_IsTaken() => Assert.Equal(
        new OperationCost(3, 4),
        await CostOfAsync(Films, "query ($f: Int, $l: Int) { films(first: $f, last: $l) { nodes { title } pageInfo { hasNextPage } } }", """{"l":1}"""));

    [Theory]
    [InlineData(11, 6, null)]
    [InlineData(10, 6, "The operation's field cost is 11; at most 10 is allowed. Select fewer fields or ask for shorter lists.")]
    [InlineData(11, 5, "The operation's type cost is 6; at most 5 is allowed. Select fewer fields or ask for shorter lists.")]
    public async Task Limit_AtItAndOver_IsAnsweredAndRefused(double maxFieldCost, double maxTypeCost, string? message)
    {
        var response = await ExecuteAsync(Users, "{ users(max: 5) { age } }", null, options =>
        {
            options.Cost.MaxFieldCost = maxFieldCost;
            options.Cost.MaxTypeCost = maxTypeCost;
        });

        using var json = JsonDocument.Parse(response);
        var error = json.RootElement.GetProperty("errors")[0];
        if (message is null)
        {
            // Executed: the schema has no resolvers.
            Assert.Equal(ErrorCodes.Internal, error.GetProperty("extensions").GetProperty("code").GetString());
            return;
        }

        Assert.Equal(message, error.GetProperty("message").GetString());
        Assert.Equal(
            $$"""{"code":"COST_LIMIT_EXCEEDED","fieldCost":11,"maxFieldCost":{{maxFieldCost}},"typeCost":6,"maxTypeCost":{{maxTypeCost}}}""",
            error.GetProperty("extensions").GetRawText());
    }

    [Fact]
    public async Task Limit_NotEnforced_IsAnsweredHoweverDear()
    {
        var response = await ExecuteAsync(Users, "{ users { age friends { name } } }", null, options => options.Cost = new CostOptions { MaxFieldCost = 1, EnforceCostLimits = false });

        Assert.DoesNotContain("COST_LIMIT", response, StringComparison.Ordinal);
        Assert.DoesNotContain("SLICING", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Paging_NestedBeyondNumbers_StopsAtTheHighest()
    {
        var document = new StringBuilder("{ users(max: 2000000000) ");
        for (var i = 0; i < 40; i++)
        {
            document.Append("{ friends(max: 2000000000) ");
        }

        document.Append("{ age }").Append('}', 41);

        Assert.Equal(new OperationCost(double.MaxValue, double.MaxValue), await CostOfAsync(Users, document.ToString()));
    }

    [Theory]
    [InlineData("a: self { ...F# } b: self { ...F# }", false)]
    [InlineData("self { ...F# } ... { self { ...F# x: name } }", true)]
    [InlineData("...F# ... { ...F# }", true)]
    public async Task FragmentsThatDouble_64Times_AreCountedAtOnce(string body, bool isSmall)
    {
        var document = new StringBuilder("{ ...F0 }");
        for (var i = 0; i < 64; i++)
        {
            var content = i == 63 ? "name" : body.Replace("#", (i + 1).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            document.Append(CultureInfo.InvariantCulture, $" fragment F{i} on Query {{ {content} }}");
        }

        var cost = await CostOfAsync("type Query { self: Query name: String }", document.ToString());

        Assert.Equal(isSmall, cost.FieldCost <= 64);
        Assert.True(isSmall || cost.FieldCost >= Math.Pow(2, 63));
    }

    [Fact]
    public async Task SelectionsThatMergeInManyWays_AreBoundedAndNeverTooLow()
    {
        // Which of the fragments meet at a place depends on the whole way there, so exact merging would plan 2^20 places.
        var document = new StringBuilder("{ ...F0 }");
        for (var i = 0; i < 20; i++)
        {
            document.Append(CultureInfo.InvariantCulture, $" fragment F{i} on Query {{ a: self {{ ...F{i + 1} x{i}: self {{ name }} }} b: self {{ ...F{i + 1} }} ... {{ a: self {{ y{i}: self {{ name }} }} }} }}");
        }

        document.Append(" fragment F20 on Query { name }");

        Assert.True((await CostOfAsync("type Query { self: Query name: String }", document.ToString())).FieldCost >= Math.Pow(2, 20));
    }

    private static async Task<OperationCost> CostOfAsync(string sdl, string document, string? variables = null)
    {
        var response = await ExecuteAsync(sdl, document, variables, reporting: CostReporting.Validate);
        using var json = JsonDocument.Parse(response);
        Assert.False(json.RootElement.TryGetProperty("data", out _));
        Assert.True(json.RootElement.TryGetProperty("extensions", out var extensions), response);
        var cost = extensions.GetProperty("operationCost");
        return new OperationCost(cost.GetProperty("fieldCost").GetDouble(), cost.GetProperty("typeCost").GetDouble());
    }

    private static async Task<string> ExecuteAsync(
        string sdl, string document, string? variables, Action<RequestExecutorOptions>? configure = null, CostReporting reporting = CostReporting.None)
    {
        var options = new RequestExecutorOptions { Limits = new() { MaxFields = int.MaxValue, MaxAliases = int.MaxValue, MaxDepth = 200 } };
        configure?.Invoke(options);
        var executor = new RequestExecutor(SchemaReader.Read(Directives + sdl), options);
        var request = new OperationRequest(document) { Variables = variables is null ? null : JsonElement.Parse(variables), CostReporting = reporting };
        return await Library.ToTextAsync((OperationResult)await executor.ExecuteAsync(request));
    }
}
