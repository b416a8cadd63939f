using System.Text;
using System.Text.Json;
using FederatedQuery.GraphQL.Transports.Http;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.GraphQL.Tests.Transports.Http;

/// <summary>What bodies may look like: every one that may not is a <see cref="HttpRequestFormatException"/>, never another exception.</summary>
public class RequestBodyTests(GraphQLTestHost host) : IClassFixture<GraphQLTestHost>
{
    private static readonly string[] Names = ["query", "operationName", "variables", "extensions", "documentId", "id", "doc_id", "persistedQuery", "other", "qu\\u0065ry", ""];
    private static readonly string[] Literals =
        ["null", "true", "0", "-1.5e300", "1e999", "\"\"", "\"{ hello }\"", "\"\\uD800\"", "\"\\uD83D\\uDE00\"", "\"a\\nb\"", "[]", "{}", "\"sha256:00\""];

    [Fact]
    public void Parse_AnyJson_IsARequestOrAFormatError()
    {
        Prop.ForAll(Json(4).ToArbitrary(), IsRefusedOrHasADocument).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    [Fact]
    public void Parse_ObjectOfTheParameters_IsARequestOrAFormatError()
    {
        var request = Request();
        var body = Gen.OneOf(request, request.ListOf().Select(items => "[" + string.Join(',', items) + "]"));

        Prop.ForAll(body.ToArbitrary(), IsRefusedOrHasADocument).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    /// <summary>Whatever is sent is answered by JSON, and never with the server's own failure.</summary>
    [Fact]
    public async Task Post_AnyBytes_NeverFailsTheServer()
    {
        var json = Request().Select(Encoding.UTF8.GetBytes);
        var bytes = Gen.Choose(0, 255).Select(number => (byte)number).ArrayOf();
        var cut = json.SelectMany(whole => Gen.Choose(0, whole.Length).Select(length => whole[..length]));

        foreach (var body in Gen.OneOf(json, bytes, cut).Sample(400, 20))
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new("application/json");
            using var response = await host.Client.PostAsync("/graphql", content);
            using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());

            Assert.True((int)response.StatusCode is 200 or 400, $"{response.StatusCode} for {Convert.ToBase64String(body)}");
            Assert.Equal(JsonValueKind.Object, answer.RootElement.ValueKind);
            Assert.DoesNotContain("INTERNAL_SERVER_ERROR", answer.RootElement.GetRawText(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Parse_AllParameters_AreReadWhateverTheirOrder()
    {
        using var body = Parse(
            """
            {"unknown":[{}],"extensions":{"a":1},"operationName":"é","variables":{"v":[null]},"id":"ignored","qu\u0065ry":"{ a(b: \"\uD83D\uDE00\\\") }"}
            """)!;

        var request = Assert.Single(body.Requests);
        Assert.Equal("{ a(b: \"😀\\\") }", Encoding.UTF8.GetString(request.Query!.Value.Span));
        Assert.Equal("é", request.OperationName);
        Assert.Equal("""{"v":[null]}""", request.Variables!.Value.GetRawText());
        Assert.Equal("""{"a":1}""", request.Extensions!.Value.GetRawText());
        Assert.Null(request.DocumentId);
        Assert.False(body.IsBatch);
    }

    /// <summary>Null for an optional parameter means the same as its absence.</summary>
    [Fact]
    public void Parse_NullParameters_AreAbsent()
    {
        using var body = Parse("""{"query":"{ a }","operationName":null,"variables":null,"extensions":null,"documentId":null,"doc_id":null}""")!;

        var request = Assert.Single(body.Requests);
        Assert.Null(request.OperationName);
        Assert.Null(request.Variables);
        Assert.Null(request.Extensions);
        Assert.Null(request.DocumentId);
    }

    [Theory]
    [InlineData("""{"query":"{ a }","query":"{ b }"}""", "Parameter 'query' is given twice.")]
    [InlineData("""{"query":"{ a }","variables":{},"variables":{}}""", "Parameter 'variables' is given twice.")]
    [InlineData("""{"query":"{ a }","extensions":[]}""", "Parameter 'extensions' must be a JSON object, not [].")]
    [InlineData("""{"query":"{ a }","extensions":"x"}""", "Parameter 'extensions' must be a JSON object, not \"x\".")]
    [InlineData("""{"query":"{ a }","variables":"{}"}""", "Parameter 'variables' must be a JSON object, not \"{}\".")]
    [InlineData("""{"query":"{ a }","operationName":7}""", "Parameter 'operationName' must be a string, not 7.")]
    [InlineData("""{"query":["{ a }"]}""", "Parameter 'query' must be a string, not [\"{ a }\"].")]
    [InlineData("""{"query":null}""", "Parameter 'query' is missing: the request needs a document, or the 'documentId' of a persisted one.")]
    [InlineData("""{"extensions":{"persistedQuery":null}}""", "Parameter 'query' is missing: the request needs a document, or the 'documentId' of a persisted one.")]
    [InlineData("\"{ a }\"", "A request must be a JSON object with a 'query', not \"{ a }\".")]
    [InlineData("""{"query":"\uDC00"}""", "The request has a string that is not valid Unicode.")]
    [InlineData("""[{"query":"{ a }"},null]""", "Request [1] of the batch: A request must be a JSON object with a 'query', not null.")]
    public void Parse_NoRequest_SaysWhy(string json, string message)
    {
        var exception = Assert.Throws<HttpRequestFormatException>(() => RequestBody.Parse(Encoding.UTF8.GetBytes(json), maxBatchSize: 5));

        Assert.Equal(message, exception.Message);
        Assert.Equal("BAD_REQUEST", exception.Code);
    }

    [Fact]
    public void Parse_ByteOrderMark_IsIgnored()
    {
        using var body = Parse("\uFEFF{\"query\":\"{ a }\"}")!;

        Assert.Equal("{ a }", Encoding.UTF8.GetString(Assert.Single(body.Requests).Query!.Value.Span));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    public void Parse_Nothing_SaysSo(string json)
    {
        var exception = Assert.Throws<HttpRequestFormatException>(() => RequestBody.Parse(Encoding.UTF8.GetBytes(json), maxBatchSize: 5));

        Assert.Equal("The request body is empty; a JSON object with a 'query' is expected.", exception.Message);
        Assert.Equal("INVALID_BODY", exception.Code);
    }

    /// <summary>How deep variables may be is the executor's to say, and a setting of its own.</summary>
    [Fact]
    public async Task Post_DeepVariables_AreRefusedByTheirOwnLimit()
    {
        var variables = $"{{\"v\":{new string('[', 100_000)}{new string(']', 100_000)}}}";
        using var content = new StringContent($"{{\"query\":\"{{ hello }}\",\"variables\":{variables}}}", Encoding.UTF8, "application/json");

        using var response = await host.Client.PostAsync("/graphql", content);

        Assert.Contains("VARIABLES_TOO_DEEP", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static RequestBody? Parse(string json)
    {
        try
        {
            return RequestBody.Parse(Encoding.UTF8.GetBytes(json), maxBatchSize: 5);
        }
        catch (HttpRequestFormatException)
        {
            return null;
        }
    }

    private static bool IsRefusedOrHasADocument(string json)
    {
        using var body = Parse(json);
        return body is null || (body.Requests.Count > 0
            && body.Requests.All(request => request.Query is not null || request.DocumentId is not null || request.Extensions is not null));
    }

    private static Gen<string> Request() => Gen.Elements(Names)
        .SelectMany(name => Json(2).Select(value => $"\"{name}\":{value}"))
        .ListOf()
        .Select(entries => "{" + string.Join(',', entries) + "}");

    private static Gen<string> Json(int depth)
    {
        var literal = Gen.Elements(Literals);
        if (depth == 0)
        {
            return literal;
        }

        var inner = Json(depth - 1);
        var entry = Gen.Elements(Names).SelectMany(name => inner.Select(value => $"\"{name}\":{value}"));
        return Gen.OneOf(
            literal,
            inner.ListOf().Select(items => "[" + string.Join(',', items) + "]"),
            entry.ListOf().Select(entries => "{" + string.Join(',', entries) + "}"));
    }
}
