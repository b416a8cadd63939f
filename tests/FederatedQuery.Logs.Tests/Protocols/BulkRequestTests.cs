using System.Buffers;
using System.Text;
using System.Text.Json;
using FederatedQuery.Logs.Protocols;
using FederatedQuery.Logs.Protocols.Elasticsearch;

namespace FederatedQuery.Logs.Tests.Protocols;

public class BulkRequestTests
{
    [Fact]
    public void Read_Items_AreTakenOrRefusedOneByOne()
    {
        IReadOnlyList<BulkItem> items = [];
        var body =
            """
            {"create":{}}
            {"message":"one"}
            {"index":{"_index":"app-2026","_id":"7","pipeline":"p"}}
            {"message":"two","log":{"level":"err"},"host":{"name":"h1"},"@timestamp":"2026-05-20T10:00:00Z"}

            {"delete":{"_id":"7"}}
            {"update":{"_id":"7"}}
            {"doc":{}}
            {"create":{}}
            {"message":5}
            {"create":{"_index":"logs"}}
            broken
            {"create":{}}
            {"message":"last"}
            """;

        var parsed = ParsedBatch.Of(batch => items = BulkRequest.Read(Encoding.UTF8.GetBytes(body), null, batch));

        Assert.Equal(["one", "two", "last"], parsed.Rows.Select(row => row["message"]));
        Assert.Equal(("ERROR", "h1"), (parsed.Rows[1]["level"], parsed.Rows[1]["resource_id"]));
        Assert.Equal("""{"log":{"level":"err"},"host":{"name":"h1"},"_index":"app-2026","_id":"7"}""", parsed.Rows[1]["metadata"]);
        Assert.Null(parsed.Rows[0]["metadata"]);
        var answer = Answer(items);
        Assert.True(answer.GetProperty("errors").GetBoolean());
        Assert.Equal(
            ["create logs 201", "index app-2026 201", "delete logs 400", "update logs 400", "create logs 400", "create logs 400", "create logs 201"],
            answer.GetProperty("items").EnumerateArray().Select(item => item.EnumerateObject().Single()).Select(
                item => $"{item.Name} {item.Value.GetProperty("_index").GetString()} {item.Value.GetProperty("status").GetInt32()}"));
        Assert.Equal("7", answer.GetProperty("items")[1].GetProperty("index").GetProperty("_id").GetString());
        Assert.Equal("document_parsing_exception", answer.GetProperty("items")[4].GetProperty("create").GetProperty("error").GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("""{"@timestamp":"2026-05-20T10:00:00Z","timestamp":"other","message":"m"}""", "timestamp", true)]
    [InlineData("""{"@timestamp":"other","message":"m"}""", null, false)]
    [InlineData("""{"msg":"m","time":"2026-05-20T10:00:00Z"}""", null, true)]
    [InlineData("""{"log":"m","date":1779271200.5}""", null, true)]
    [InlineData("""{"message":"m","date":"someday","ts":"never"}""", "date ts", true)]
    [InlineData("""{"MESSAGE":"m","HOST":"h","PRIORITY":"warning","PROGRAM":"p"}""", "PROGRAM", true)]
    [InlineData("""{"message":"m","log":"kept","service":"s","host":"h"}""", "host log", true)]
    [InlineData("""{"host":"h","service":{"name":"s","version":"3"},"message":"m","trace":{"id":"t"}}""", "host service trace", true)]
    public void Read_NamesOfShippers_FillColumns(string document, string? metadata, bool isTaken)
    {
        var parsed = ParsedBatch.Of(batch => BulkRequest.Read(Encoding.UTF8.GetBytes("{\"create\":{}}\n" + document), null, batch));

        Assert.Equal(isTaken ? 1 : 0, parsed.Accepted);
        if (isTaken)
        {
            Assert.Equal("m", parsed.Rows[0]["message"]);
            Assert.Equal(metadata ?? "", string.Join(' ', parsed.Rows[0].Metadata.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)));
        }
    }

    [Fact]
    public void Read_IndexOfThePath_IsTheItems()
    {
        IReadOnlyList<BulkItem> items = [];

        var parsed = ParsedBatch.Of(batch => items = BulkRequest.Read("{\"index\":{}}\n{\"message\":\"m\"}\n"u8.ToArray(), "we\"ird", batch));

        Assert.Equal("we\"ird", parsed.Rows[0].Metadata.GetProperty("_index").GetString());
        Assert.Equal("we\"ird", Answer(items).GetProperty("items")[0].GetProperty("index").GetProperty("_index").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("{\"create\":{}}")]
    [InlineData("{\"create\":{}}\n{\"message\":\"m\"}\n{\"upsert\":{}}\n{}")]
    [InlineData("{\"create\":5}\n{}")]
    [InlineData("{\"create\":{}\n{}")]
    [InlineData("{\"create\":{},\"index\":{}}\n{}")]
    [InlineData("[]\n{}")]
    public void Read_BrokenRequest_IsRefusedWhole(string body) =>
        Assert.Throws<LogRequestException>(() => ParsedBatch.Of(batch => BulkRequest.Read(Encoding.UTF8.GetBytes(body), null, batch)));

    private static JsonElement Answer(IReadOnlyList<BulkItem> items)
    {
        var output = new ArrayBufferWriter<byte>();
        BulkAnswer.WriteStart(output, TimeSpan.FromMilliseconds(3), items);
        for (var i = 0; i < items.Count; i++)
        {
            BulkAnswer.WriteItem(output, items[i], i == 0);
        }

        BulkAnswer.WriteEnd(output);
        return JsonDocument.Parse(output.WrittenMemory).RootElement;
    }
}
