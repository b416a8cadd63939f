using System.Text;
using FederatedQuery.Logs.Protocols;
using FederatedQuery.Logs.Protocols.Loki;
using FederatedQuery.Logs.Protocols.Protobuf;

namespace FederatedQuery.Logs.Tests.Protocols;

public class LokiLogsTests
{
    private const string Request =
        """
        {"streams":[{"values":[["1779278399123456789","one"],["1779278399000000000","two",{"trace_id":"t2","detected_level":"warning","x":"\"y\""}]],
                     "stream":{"service_name":"shop","level":"error","job":"j"}},{"stream":{},"values":[]}]}
        """;

    [Fact]
    public void ReadJson_Request_FillsColumnsAndMetadata()
    {
        var rows = ParsedBatch.Of(batch => LokiJson.Read(Encoding.UTF8.GetBytes(Request), batch)).Rows;

        CheckRows(rows);
    }

    [Fact]
    public void ReadProtobuf_Request_FillsColumnsAndMetadata()
    {
        using var message = new ProtobufWriter();
        var stream = message.Begin(1);
        Entry(message, "one", 1779278399, 123456789);
        Entry(message, "two", 1779278399, 0, ("trace_id", "t2"), ("detected_level", "warning"), ("x", "\"y\""));
        message.Bytes(1, "{service_name=\"shop\", level=\"error\",job=\"\\x6a\"}"u8);
        message.End(stream);

        var rows = ParsedBatch.Of(batch => LokiLogs.ReadProtobuf(IronSnappy.Snappy.Encode(message.Written), 1 << 20, batch)).Rows;

        CheckRows(rows);
    }

    [Theory]
    [InlineData("""["soon","line"]""", "number of nanoseconds")]
    [InlineData("""["1779278399000000000"]""", "fewer than two")]
    [InlineData("""["1779278399000000000",5]""", "is no text")]
    [InlineData("""["1779278399000000000","m",{"a":1}]""", "structured metadata")]
    [InlineData("""["1779278399000000000","m",{},4]""", "more than three")]
    [InlineData("{}", "is no list")]
    [InlineData("""["1","m"]""", "older than")]
    public void ReadJson_WrongEntry_IsRejectedAlone(string entry, string reason)
    {
        var parsed = ParsedBatch.Of(batch => LokiJson.Read(
            Encoding.UTF8.GetBytes($"{{\"streams\":[{{\"values\":[{entry},[\"1779278399000000000\",\"next\"]]}}]}}"), batch));

        Assert.Contains(reason, Assert.Single(parsed.Rejected).Reason, StringComparison.Ordinal);
        Assert.Equal("next", Assert.Single(parsed.Rows)["message"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"streams\":5}")]
    [InlineData("{\"streams\":[5]}")]
    [InlineData("{\"streams\":[{\"stream\":[]}]}")]
    [InlineData("{\"streams\":[{\"stream\":{\"a\":1}}]}")]
    [InlineData("{\"streams\":[{\"values\":{}}]}")]
    public void ReadJson_BrokenRequest_IsRefusedWhole(string body) =>
        Assert.Throws<LogRequestException>(() => ParsedBatch.Of(batch => LokiJson.Read(Encoding.UTF8.GetBytes(body), batch)));

    [Theory]
    [InlineData("{a=\"b\"", false)]
    [InlineData("{a=b}", false)]
    [InlineData("{=\"b\"}", false)]
    [InlineData("{a=\"b\" c=\"d\"}", false)]
    [InlineData("{a=\"\\q\"}", false)]
    [InlineData("{a=\"\\u12\"}", false)]
    [InlineData("{a=\"b}", false)]
    [InlineData("{}", true)]
    [InlineData("{ a = \"b\" , c = `d\\` , }", true)]
    [InlineData("{a=\"\\\"\\\\\\n\\u00e9\\U0001F600\\303\\251\"}", true)]
    public void TryRead_Labels_AreTakenOrNot(string labels, bool isTaken)
    {
        ParsedBatch.Of(batch =>
        {
            var stream = new LokiStream(batch);
            stream.BeginStream();
            Assert.Equal(isTaken, LokiLabels.TryRead(Encoding.UTF8.GetBytes(labels), stream));
        });
    }

    [Theory]
    [InlineData(100, LogRequestErrorKind.TooLarge)]
    [InlineData(1_000, LogRequestErrorKind.Malformed)]
    public void ReadProtobuf_ClaimsOrBreaks_IsRefusedWhole(int maxBytes, LogRequestErrorKind kind)
    {
        byte[] body = maxBytes < 1_000 ? IronSnappy.Snappy.Encode(new byte[500]) : [0xF4, 0x03, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0x01];

        var error = Assert.Throws<LogRequestException>(() => ParsedBatch.Of(batch => LokiLogs.ReadProtobuf(body, maxBytes, batch)));

        Assert.Equal(kind, error.Kind);
    }

    private static void CheckRows(IReadOnlyList<ParsedBatch.Row> rows)
    {
        Assert.Equal(2, rows.Count);
        Assert.Equal(new DateTimeOffset(2026, 5, 20, 11, 59, 59, TimeSpan.Zero).AddMicroseconds(123456), rows[0].Time);
        Assert.Equal(("one", "ERROR", "shop", null), (rows[0]["message"], rows[0]["level"], rows[0]["resource_id"], rows[0]["trace_id"]));
        Assert.Equal("""{"service_name":"shop","level":"error","job":"j"}""", rows[0]["metadata"]);
        Assert.Equal(("two", "WARN", "shop", "t2"), (rows[1]["message"], rows[1]["level"], rows[1]["resource_id"], rows[1]["trace_id"]));
        Assert.Equal("""{"service_name":"shop","level":"error","job":"j","trace_id":"t2","detected_level":"warning","x":"\"y\""}""", rows[1]["metadata"]);
    }

    private static void Entry(ProtobufWriter message, string line, ulong seconds, ulong nanos, params (string Name, string Value)[] metadata)
    {
        var entry = message.Begin(2);
        foreach (var (name, value) in metadata)
        {
            var pair = message.Begin(3);
            message.Bytes(1, Encoding.UTF8.GetBytes(name));
            message.Bytes(2, Encoding.UTF8.GetBytes(value));
            message.End(pair);
        }

        message.Bytes(2, Encoding.UTF8.GetBytes(line));
        var time = message.Begin(1);
        message.Varint(1, seconds);
        message.Varint(2, nanos);
        message.End(time);
        message.End(entry);
    }
}
