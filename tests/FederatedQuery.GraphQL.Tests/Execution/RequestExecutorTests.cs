using FederatedQuery.GraphQL.Tests.TestSchema;

namespace FederatedQuery.GraphQL.Tests.Execution;

public class RequestExecutorTests
{
    [Theory]
    [InlineData("{ hello }", """{"data":{"hello":"Hello, world!"}}""")]
    [InlineData("{ hello(name: \"Ann\") again: hello(name: \"B\\u00e9\\n\") }", """{"data":{"hello":"Hello, Ann!","again":"Hello, Bé\n!"}}""")]
    [InlineData("{ __typename }", """{"data":{"__typename":"Query"}}""")]
    [InlineData("{ books { id name author { name } price published page_count } }", """{"data":{"books":[{"id":1,"name":"One \"quoted\"","author":{"name":"Ann"},"price":12.50,"published":"2024-02-15T00:00:00Z","page_count":12},{"id":2,"name":"Two","author":{"name":"Ann"},"price":3,"published":null,"page_count":12}]}}""")]
    [InlineData("{ books { pages id } }", """{"data":{"books":[{"pages":100,"id":1},{"pages":200,"id":2}]}}""")]
    [InlineData("{ book(id: 2) { name } none: book(id: \"9\") { name } }", """{"data":{"book":{"name":"Two"},"none":null}}""")]
    [InlineData("{ search { __typename ... on Author { id } ... on Named { name } } named { name } }", """{"data":{"search":[{"__typename":"Author","id":1,"name":"Ann"},{"__typename":"Book","name":"One \"quoted\""}],"named":{"name":"Two"}}}""")]
    [InlineData("{ echo(tier: OLD_ICEBERG) }", """{"data":{"echo":"OLD_ICEBERG"}}""")]
    [InlineData("{ echoTime(at: \"2024-02-15T00:00:00\") }", """{"data":{"echoTime":"2024-02-15T00:00:00Z"}}""")]
    [InlineData("{ raw }", """{"data":{"raw":{"a":[1,2,{"b":null}]}}}""")]
    [InlineData("{ echoJson(value: {a: [1, 2.5, \"x\", null, true, E]}) }", """{"data":{"echoJson":{"a":[1,2.5,"x",null,true,"E"]}}}""")]
    [InlineData("{ numbers(of: 5) }", """{"data":{"numbers":[5]}}""")]
    [InlineData("{ numbers(of: [1, 2], plus: 9007199254740993) }", """{"data":{"numbers":[9007199254740994,9007199254740995]}}""")]
    [InlineData("{ books(filter: {nameContains: \"Tw\"}) { id } }", """{"data":{"books":[{"id":2}]}}""")]
    [InlineData("{ extended }", """{"data":{"extended":"done"},"extensions":{"federation":{"rows":3}}}""")]
    [InlineData("{ b: hello a: hello @skip(if: true) ...F } fragment F on Query { b: hello c: raw }", """{"data":{"b":"Hello, world!","c":{"a":[1,2,{"b":null}]}}}""")]
    public async Task Execute_Query_GivesData(string document, string expected) =>
        Assert.Equal(expected, await Library.ExecuteAsync(document));

    [Fact]
    public async Task Execute_FieldAgainAfterSkippedOne_KeepsTheOrderOfIncludedOnes()
    {
        const string document = "query($x: Boolean!) { a: hello @include(if: $x) b: echo(tier: POSTGRES) a: hello }";

        Assert.Equal("""{"data":{"b":"POSTGRES","a":"Hello, world!"}}""", await Library.ExecuteAsync(document, """{"x":false}"""));
        Assert.Equal("""{"data":{"a":"Hello, world!","b":"POSTGRES"}}""", await Library.ExecuteAsync(document, """{"x":true}"""));
    }

    [Fact]
    public async Task Execute_ResolverThrowsGraphQLException_GivesCodeAndExtensions() => Assert.Equal(
        """{"errors":[{"message":"Table 'x' is unknown.","locations":[{"line":1,"column":3}],"path":["coded"],"extensions":{"code":"TABLE_UNKNOWN","table":"x"}}],"data":null}""",
        await Library.ExecuteAsync("{ coded }"));

    [Fact]
    public async Task Execute_ResolverThrowsAnythingElse_MasksIt()
    {
        var response = await Library.ExecuteAsync("{ books { id fails } }");

        Assert.DoesNotContain("secret", response, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"INTERNAL_SERVER_ERROR\"", response, StringComparison.Ordinal);
        Assert.EndsWith("""{"books":[{"id":1,"fails":null},{"id":2,"fails":null}]}}""", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Execute_NotANumber_IsAnErrorAndNull()
    {
        var response = await Library.ExecuteAsync("{ maybeNotANumber hello }");

        Assert.Equal(
            """{"errors":[{"message":"Float cannot represent value: NaN","locations":[{"line":1,"column":3}],"path":["maybeNotANumber"],"extensions":{"code":"INVALID_RESULT"}}],"data":{"maybeNotANumber":null,"hello":"Hello, world!"}}""",
            response);
    }

    [Fact]
    public async Task Execute_Mutations_RunOneAfterTheOther()
    {
        var response = await Library.ExecuteAsync("""mutation { a: append(text: "1", delays: 20) b: append(text: "2") c: append(text: "3", delays: 2) }""");

        Assert.Equal("""{"data":{"a":"1","b":"1,2","c":"1,2,3"}}""", response);
    }

    [Theory]
    [InlineData("query($k: BookKeyInput!) { bookKey(key: $k) }", """{"k":{"id":1,"name":"x"}}""", "Exactly one key must be specified for OneOf type \\\"BookKeyInput\\\".")]
    [InlineData("query($f: BookFilterInput) { books(filter: $f) { id } }", """{"f":{"and":[{"mostPages":"x"}]}}""", "Variable \\\"$f\\\" got invalid value \\\"x\\\" at \\\"f.and[0].mostPages\\\"; Int cannot represent non-integer value: \\\"x\\\"")]
    [InlineData("query($t: Tier!) { echo(tier: $t) }", "{}", "Variable \\\"$t\\\" of required type \\\"Tier!\\\" was not provided.")]
    [InlineData("query($t: Tier!) { echo(tier: $t) }", """{"t":"POSTGRE"}""", "Value \\\"POSTGRE\\\" does not exist in \\\"Tier\\\" enum. Did you mean the enum value \\\"POSTGRES\\\"?")]
    public async Task Execute_WrongVariables_AreRequestErrors(string document, string variables, string expected)
    {
        var response = await Library.ExecuteAsync(document, variables);

        Assert.DoesNotContain("\"data\"", response, StringComparison.Ordinal);
        Assert.Contains(expected, response, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("query A { hello } query B { raw }", "B", """{"data":{"raw":{"a":[1,2,{"b":null}]}}}""")]
    [InlineData("query A { hello } query B { raw }", null, """{"errors":[{"message":"Must provide operation name if query contains multiple operations.","extensions":{"code":"OPERATION_RESOLUTION_FAILURE"}}]}""")]
    [InlineData("query A { hello }", "C", """{"errors":[{"message":"Unknown operation named \"C\".","extensions":{"code":"OPERATION_RESOLUTION_FAILURE"}}]}""")]
    public async Task Execute_OperationName_Selects(string document, string? name, string expected) =>
        Assert.Equal(expected, await Library.ExecuteAsync(document, operationName: name));

    [Fact]
    public async Task Execute_TenMegabytesOfBraces_IsAnErrorNotACrash()
    {
        var response = await Library.ExecuteAsync(new string('{', 10_000_000));

        Assert.Contains("Document is 10000000 bytes long; at most 1048576 are allowed", response, StringComparison.Ordinal);
    }
}
