using System.Text;
using FederatedQuery.Logs.Ingest;
using FederatedQuery.Logs.Protocols;
using FederatedQuery.Logs.Protocols.Otlp;
using FederatedQuery.Logs.Protocols.Protobuf;

namespace FederatedQuery.Logs.Tests.Protocols;

public class OtlpLogsTests
{
    /// <summary>Of everything that the format has, something.</summary>
    private const string Request =
        """
        {"resourceLogs":[{
          "scopeLogs":[{
            "logRecords":[
              {"timeUnixNano":"1779278399123456789","severityNumber":17,"severityText":"Error","body":{"stringValue":"it \"broke\"\n"},
               "attributes":[{"key":"http.status","value":{"intValue":"503"}},{"key":"user.id","value":{"stringValue":"u7"}},
                 {"key":"ratio","value":{"doubleValue":0.5}},{"key":"nan","value":{"doubleValue":"NaN"}},{"key":"ok","value":{"boolValue":false}},
                 {"key":"list","value":{"arrayValue":{"values":[{"intValue":1},{"stringValue":"é"},{}]}}},
                 {"key":"map","value":{"kvlistValue":{"values":[{"key":"a","value":{"bytesValue":"AQID"}}]}}},{"key":"none"}],
               "traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"eee19b7ec3c1b174","flags":1,"droppedAttributesCount":2,"unknownField":[{}]},
              {"observedTimeUnixNano":1779278399000000000,"severityText":"warning","body":{"kvlistValue":{"values":[{"key":"a","value":{"intValue":1}}]}}},
              {"time_unix_nano":"0","severityNumber":"SEVERITY_NUMBER_DEBUG2","eventName":"user.login","traceId":"","spanId":"0000000000000000"}
            ],
            "scope":{"name":"lib","version":"1.2"}}],
          "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}},{"key":"service.namespace","value":{"stringValue":"eu"}},{"key":"service.version","value":{"stringValue":"9"}}]}
        },{"resource":null,"scopeLogs":[{"logRecords":[{"body":{"stringValue":"plain"}}]}]}]}
        """;

    public static TheoryData<bool> Encodings => [true, false];

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Read_Request_FillsColumnsAndMetadata(bool isJson)
    {
        var rows = Parse(Request, isJson).Rows;

        Assert.Equal(4, rows.Count);
        Assert.Equal(new DateTimeOffset(2026, 5, 20, 11, 59, 59, TimeSpan.Zero).AddMicroseconds(123456), rows[0].Time);
        Assert.Equal(
            ("ERROR", "it \"broke\"\n", "shop", "5b8efff798038103d269b633813fc60c", "eee19b7ec3c1b174", "9", "eu", "u7"),
            (rows[0]["level"], rows[0]["message"], rows[0]["resource_id"], rows[0]["trace_id"], rows[0]["span_id"], rows[0]["commit"], rows[0]["parent_resource_id"], rows[0]["user_id"]));
        Assert.Equal(
            """
            {"resource":{"service.name":"shop","service.namespace":"eu","service.version":"9"},"scope":{"name":"lib","version":"1.2"},"flags":1,"dropped_attributes_count":2,"http.status":503,"user.id":"u7","ratio":0.5,"nan":"NaN","ok":false,"list":[1,"é",null],"map":{"a":"AQID"},"none":null}
            """,
            rows[0]["metadata"]);
        Assert.Equal(("WARN", """{"a":1}""", "shop"), (rows[1]["level"], rows[1]["message"], rows[1]["resource_id"]));
        Assert.Equal(new DateTimeOffset(2026, 5, 20, 11, 59, 59, TimeSpan.Zero), rows[1].Time);
        Assert.Equal(("DEBUG", "user.login", null, null, ParsedBatch.Now), (rows[2]["level"], rows[2]["message"], rows[2]["trace_id"], rows[2]["span_id"], rows[2].Time));
        Assert.Equal(("INFO", "plain", null, null), (rows[3]["level"], rows[3]["message"], rows[3]["resource_id"], rows[3]["metadata"]));
    }

    [Theory]
    [InlineData("""{"traceId":"5B8E"}""", "`trace_id` has 2 bytes; 16 are expected.")]
    [InlineData("""{"spanId":"xyz"}""", "`spanId` is xyz; a text of hexadecimal digits is expected.")]
    [InlineData("""{"timeUnixNano":"soon"}""", "`timeUnixNano` is soon; a whole number")]
    [InlineData("""{"severityNumber":{}}""", "`severityNumber` is something else; a number from 0 to 24 is expected.")]
    [InlineData("""{"body":"text"}""", "`body` is text; an object is expected.")]
    [InlineData("""{"body":{"stringValue":"\ud800"}}""", "`stringValue` is \\ud800; a text is expected.")]
    [InlineData("""{"attributes":{}}""", "`attributes` is something else; a list is expected.")]
    [InlineData("""{"attributes":[{"key":"a","value":{"bytesValue":"*"}}]}""", "`bytesValue` is *; a text in base64 is expected.")]
    [InlineData("""{"timeUnixNano":"1"}""", "older than")]
    public void ReadJson_WrongRecord_IsRejectedAlone(string record, string reason)
    {
        var parsed = Parse($"{{\"resourceLogs\":[{{\"scopeLogs\":[{{\"logRecords\":[{record},{{\"body\":{{\"stringValue\":\"next\"}}}}]}}]}}]}}", isJson: true);

        Assert.Contains(reason, Assert.Single(parsed.Rejected).Reason, StringComparison.Ordinal);
        Assert.Equal("next", Assert.Single(parsed.Rows)["message"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"resourceLogs\":5}")]
    [InlineData("{\"resourceLogs\":[5]}")]
    [InlineData("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{]}]}]}")]
    [InlineData("{\"resourceLogs\":[]} x")]
    public void ReadJson_BrokenRequest_IsRefusedWhole(string body) => Assert.Throws<LogRequestException>(() => Parse(body, isJson: true));

    [Theory]
    [InlineData("0A05")]
    [InlineData("0AFFFFFFFF0F")]
    [InlineData("FFFFFFFFFFFFFFFFFFFF01")]
    [InlineData("00")]
    [InlineData("0B")]
    public void ReadProtobuf_BrokenRequest_IsRefusedWhole(string hex) =>
        Assert.Throws<LogRequestException>(() => ParsedBatch.Of(batch => OtlpLogs.ReadProtobuf(Convert.FromHexString(hex), batch)));

    [Fact]
    public void ReadProtobuf_ValueNestedVeryDeep_IsRejected()
    {
        using var message = new ProtobufWriter();
        int[] path = [OtlpFields.RequestResourceLogs, OtlpFields.ResourceLogsScopeLogs, OtlpFields.ScopeLogsRecords, OtlpFields.RecordAttributes, OtlpFields.KeyValueValue,
            .. Enumerable.Repeat(new[] { OtlpFields.ValueArray, OtlpFields.ListValues }, 100_000).SelectMany(step => step)];
        var marks = path.Select(message.Begin).ToList();
        marks.Reverse();
        marks.ForEach(message.End);

        var parsed = ParsedBatch.Of(batch => OtlpLogs.ReadProtobuf(message.Written, batch));

        Assert.Equal("`metadata` is nested deeper than 64 levels.", Assert.Single(parsed.Rejected).Reason);
    }

    [Fact]
    public void ReadJson_ResourceThatNoRecordCouldHave_IsRefusedWhole()
    {
        var request = $"{{\"resourceLogs\":[{{\"resource\":{{\"attributes\":[{{\"key\":\"a\",\"value\":{{\"stringValue\":\"{new string('a', 300_000)}\"}}}}]}}}}]}}";

        var error = Assert.Throws<LogRequestException>(() => Parse(request, isJson: true));

        Assert.Equal(LogRequestErrorKind.TooLarge, error.Kind);
    }

    [Fact]
    public void OfBatch_Rejections_AreTold()
    {
        var json = "";
        var protobuf = Array.Empty<byte>();
        ParsedBatch.Of(batch =>
        {
            Assert.Equal("{}", Encoding.UTF8.GetString(OtlpAnswer.OfBatch(batch, isJson: true)));
            Assert.Empty(OtlpAnswer.OfBatch(batch, isJson: false));
            batch.RejectRecord("Too old.");
            json = Encoding.UTF8.GetString(OtlpAnswer.OfBatch(batch, isJson: true));
            protobuf = OtlpAnswer.OfBatch(batch, isJson: false);
        });

        Assert.Equal("""{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"[0] Too old."}}""", json);
        Assert.Equal("0A9080808000" + "0801" + "120C" + Convert.ToHexString("[0] Too old."u8), Convert.ToHexString(protobuf));
    }

    private static ParsedBatch Parse(string request, bool isJson) => ParsedBatch.Of(batch => Read(Encoding.UTF8.GetBytes(request), isJson, batch));

    private static void Read(byte[] json, bool isJson, LogBatchBuilder batch)
    {
        if (isJson)
        {
            OtlpLogs.ReadJson(json, batch);
            return;
        }

        using var message = OtlpJson.ToProtobuf(json);
        OtlpLogs.ReadProtobuf(message.Written, batch);
    }
}
