using System.Text.Json;
using FederatedQuery.Iceberg.Expressions.Texts;

namespace FederatedQuery.Iceberg.Tests.Expressions.Texts;

public class JsonPathTests
{
    [Theory]
    [InlineData("a", "$[\"a\"]")]
    [InlineData("a.b[0].c", "$[\"a\"][\"b\"][0][\"c\"]")]
    [InlineData("$.a", "$[\"a\"]")]
    [InlineData("$[1]", "$[1]")]
    [InlineData("$", "$")]
    [InlineData("$a", "$[\"$a\"]")]
    [InlineData("\"service.name\"", "$[\"service.name\"]")]
    [InlineData("a[\"b.c\"]['d\"']", "$[\"a\"][\"b.c\"][\"d\\\"\"]")]
    [InlineData("user-id.größe", "$[\"user-id\"][\"größe\"]")]
    public void Parse_Path_ReadsItsSteps(string path, string expected)
    {
        var parsed = JsonPath.Parse(path);

        Assert.Equal(expected, parsed.ToString());
        Assert.Equal(parsed, JsonPath.Parse(expected));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.")]
    [InlineData("a..b")]
    [InlineData("a[")]
    [InlineData("a[x]")]
    [InlineData("a[-1]")]
    [InlineData("a[99999999999]")]
    [InlineData("a[\"b]")]
    [InlineData("a]b")]
    [InlineData("\"a\"b")]
    public void Parse_NoPath_SaysSo(string path) =>
        Assert.Contains("JSON path", Assert.Throws<IcebergException>(() => JsonPath.Parse(path)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"a\":1}", "a", "1", true)]
    [InlineData("{\"a\":1}", "a", "1.0", true)]
    [InlineData("{\"a\":-0.0}", "a", "0", true)]
    [InlineData("{\"a\":1e400}", "a", "10e399", true)]
    [InlineData("{\"a\":1}", "a", "\"1\"", false)]
    [InlineData("{\"a\":\"\\u0041\"}", "a", "\"A\"", true)]
    [InlineData("{\"\\u0061\":true}", "a", "true", true)]
    [InlineData("{\"a\":1,\"a\":2}", "a", "1", false)]
    [InlineData("{\"a\":1,\"a\":2}", "a", "2", true)]
    [InlineData("{\"a\":{\"b\":1},\"a\":{}}", "a.b", "1", false)]
    [InlineData("{\"a\":{\"b\":[1,{\"c\":null}]}}", "a.b[1].c", "null", true)]
    [InlineData("{\"a\":{\"x\":1,\"y\":[2]}}", "a", "{\"y\":[2.0],\"x\":1}", true)]
    [InlineData("{\"a\":[1,2]}", "a", "[2,1]", false)]
    [InlineData("{\"a\":1} x", "a", "1", false)]
    [InlineData("{\"a\":\"\\ud800\"}", "a", "\"x\"", false)]
    [InlineData("{\"a\":[\"\\ud800\"]}", "a", "[\"x\"]", false)]
    [InlineData("", "a", "1", false)]
    [InlineData("5", "$", "5", true)]
    [InlineData("[5]", "a", "5", false)]
    public void JsonEqual_Examples_AsDocumented(string text, string path, string value, bool expected) =>
        Assert.Equal(expected, new JsonEqualTest(JsonPath.Parse(path), value).Matches(text));

    [Theory]
    [InlineData("{\"a\":null}", "a", true)]
    [InlineData("{\"a\":null}", "a.b", false)]
    [InlineData("{\"a\":[]}", "a[0]", false)]
    [InlineData("{\"a.b\":1}", "a.b", false)]
    [InlineData("{\"a.b\":1}", "\"a.b\"", true)]
    [InlineData("nonsense", "$", false)]
    public void JsonExists_Examples_AsDocumented(string text, string path, bool expected) =>
        Assert.Equal(expected, new JsonExistsTest(JsonPath.Parse(path)).Matches(text));

    [Fact]
    public void JsonEqual_ValueIsNoJson_IsRefused() => Assert.ThrowsAny<JsonException>(() => new JsonEqualTest(JsonPath.Parse("a"), "x"));
}
