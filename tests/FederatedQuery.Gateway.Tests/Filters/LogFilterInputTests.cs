using System.Text.Json;
using FederatedQuery.Federation;
using FederatedQuery.Gateway.Resolvers.Filters;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Logs;

namespace FederatedQuery.Gateway.Tests.Filters;

public class LogFilterInputTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, string> Cases => new()
    {
        { "{}", "true" },
        { "level eq", "level = ERROR" },
        { "level neq null", "level is not null" },
        { "level in", "(level in (WARN, ERROR) or level is null)" },
        { "or", "(level = ERROR or user_id = 7)" },
        { "nested", "((level not ends with 'R' or level contains 'X') and level starts with E)" },
        { "search", "message matches 'disk -full'" },
        { "no words", "true" },
        { "metadata", "(metadata has $[\"a\"][\"b\"] = 1 and metadata has $[\"a\"][\"b\"])" },
        { "metadata null", "(metadata has $[\"a\"] = null or not(metadata has $[\"a\"]))" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void ToExpression_EachOperation_IsAPredicateOfTheTable(string name, string expected)
    {
        var expression = Filter(name).ToExpression();

        Assert.Equal(expected, expression.ToString());
        expression.Bind(LogTable.Schema);
    }

    [Fact]
    public void ToExpression_Times_AreInMicroseconds()
    {
        var filter = new LogFilterInput { Timestamp = new DateTimeOperationFilterInput { Gte = new(Noon), Lt = new(Noon.AddHours(1)) } };

        Assert.Equal(
            Expression.And(
                Expression.GreaterThanOrEqual("timestamp", Literal.Timestamptz(Noon.ToUnixTimeMilliseconds() * 1000)),
                Expression.LessThan("timestamp", Literal.Timestamptz(Noon.AddHours(1).ToUnixTimeMilliseconds() * 1000))),
            filter.ToExpression());
    }

    [Theory]
    [InlineData("quote", "`where.and[0].search`: The quote at character 1 of the search '\"a' is not closed; a quote in a phrase is written \\\".")]
    [InlineData("path", "`where.metadata.path`: 'a[' is not a JSON path: at its end the number of an element or a key in quotes is missing. Paths look like request.headers[0] or \"service.name\".")]
    [InlineData("path alone", "`where.metadata` has a path alone; give `eq` or `exists` as well.")]
    [InlineData("contains null", "`where.level.contains` is null, with which nothing compares; `eq: null` selects rows without a value.")]
    public void ToExpression_BadInput_NamesTheField(string name, string message)
    {
        var error = Assert.Throws<FederatedQueryException>(() => Filter(name).ToExpression());

        Assert.Equal((FailureKind.BadArgument, message), (error.Kind, error.Message));
    }

    private static LogFilterInput Filter(string name) => name switch
    {
        "level eq" => new LogFilterInput { Level = new StringOperationFilterInput { Eq = new("ERROR") } },
        "level neq null" => new LogFilterInput { Level = new StringOperationFilterInput { Neq = new(null) } },
        "level in" => new LogFilterInput { Level = new StringOperationFilterInput { In = new(["WARN", "ERROR", null]) } },
        "or" => new LogFilterInput { Or = [Filter("level eq"), new LogFilterInput { UserId = new StringOperationFilterInput { Eq = new("7") } }] },
        "nested" => new LogFilterInput
        {
            Level = new StringOperationFilterInput
            {
                StartsWith = new("E"),
                Or = new([new StringOperationFilterInput { NendsWith = new("R") }, new StringOperationFilterInput { Contains = new("X") }]),
            },
        },
        "search" => new LogFilterInput { Search = "disk -full" },
        "no words" => new LogFilterInput { Search = " !! " },
        "metadata" => new LogFilterInput { Metadata = new JsonPathFilterInput("a.b") { Eq = new(JsonElement.Parse("1")), Exists = new(true) } },
        "metadata null" => new LogFilterInput { Metadata = new JsonPathFilterInput("a") { Eq = new(null) } },
        "quote" => new LogFilterInput { And = [new LogFilterInput { Search = "\"a" }] },
        "path" => new LogFilterInput { Metadata = new JsonPathFilterInput("a[") { Exists = new(true) } },
        "path alone" => new LogFilterInput { Metadata = new JsonPathFilterInput("a") },
        "contains null" => new LogFilterInput { Level = new StringOperationFilterInput { Contains = new(null) } },
        _ => new LogFilterInput(),
    };
}
