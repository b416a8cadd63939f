using System.Text;
using System.Text.Json;
using FederatedQuery.Logs.Protocols;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Logs.Tests.Protocols;

public class JsonLogsTests
{
    private const string Full =
        """
        {"level":"ERROR","message":"disk full","resourceId":"host-1","timestamp":"2026-05-20T11:59:59.25+00:00","traceId":"t","spanId":"s","commit":"c0ffee",
         "userId":"u","workflowName":"build","workflowNode":"n1","metadata":{"parentResourceId":"rack-9","free":0}}
        """;

    [Fact]
    public void Read_RecordOfTheContract_FillsEveryColumn()
    {
        var row = Assert.Single(Parse(Full).Rows);

        Assert.Equal(new DateTimeOffset(2026, 5, 20, 11, 59, 59, 250, TimeSpan.Zero), row.Time);
        Assert.Equal(
            "level=ERROR message=disk full resource_id=host-1 trace_id=t span_id=s commit=c0ffee parent_resource_id=rack-9 user_id=u workflow_name=build workflow_node=n1",
            string.Join(' ', row.Values.Where(value => value.Key != "metadata").Select(value => $"{value.Key}={value.Value}")));
        Assert.Equal("""{"parentResourceId":"rack-9","free":0}""", row["metadata"]);
    }

    [Fact]
    public void Read_NamesWithUnderscores_MeanTheSame()
    {
        var row = Assert.Single(Parse("""{"message":"m","resource_id":"r","trace_id":"t","parent_resource_id":"p","workflow_name":"w"}""").Rows);

        Assert.Equal(("r", "t", "p", "w", null), (row["resource_id"], row["trace_id"], row["parent_resource_id"], row["workflow_name"], row["metadata"]));
        Assert.Equal(ParsedBatch.Now, row.Time);
    }

    [Theory]
    [InlineData("""{"message":"m","a":1,"b":[{"c":null}]}""", """{"a":1,"b":[{"c":null}]}""")]
    [InlineData("""{"message":"m","metadata":{ },"a":"\u00e9\n"}""", """{"a":"\u00e9\n"}""")]
    [InlineData("""{"a":true,"metadata":{"x":1},"message":"m","b":1.50}""", """{"x":1,"a":true,"b":1.50}""")]
    [InlineData("""{"message":"m","metadata":null,"host":"h"}""", """{"host":"h"}""")]
    [InlineData("""{"message":"m","metadata":{"x":{"y":[]}}}""", """{"x":{"y":[]}}""")]
    public void Read_WhatHasNoColumn_IsMetadataAsItIsWritten(string record, string metadata) => Assert.Equal(metadata, Assert.Single(Parse(record).Rows)["metadata"]);

    [Theory]
    [InlineData("""{"message":"one","message":"two"}""", "message", "two")]
    [InlineData("""{"message":"m","resource_id":"one","resourceId":"two"}""", "resource_id", "two")]
    [InlineData("""{"message":"m","parentResourceId":"own","metadata":{"parentResourceId":"inner"}}""", "parent_resource_id", "own")]
    [InlineData("""{"message":"m","metadata":{"parentResourceId":"inner"},"parentResourceId":"own"}""", "parent_resource_id", "own")]
    [InlineData("""{"message":"m","userId":42}""", "user_id", "42")]
    [InlineData("""{"message":"m","userId":null}""", "user_id", null)]
    [InlineData("""{"message":"m","level":"warn"}""", "level", "warn")]
    [InlineData("""{"message":"m","level":50}""", "level", "ERROR")]
    [InlineData("""{"message":"m"}""", "level", "INFO")]
    [InlineData("""{"message":""}""", "message", "")]
    [InlineData("""{"mess\u0061ge":"\ud83d\ude00 \"\\\/\b\f\n\r\t \u00df"}""", "message", "\ud83d\ude00 \"\\/\b\f\n\r\t \u00df")]
    public void Read_Value_IsTaken(string record, string column, string? expected) => Assert.Equal(expected, Assert.Single(Parse(record).Rows)[column]);

    [Theory]
    [InlineData("""{"level":"INFO"}""", "`message` is required")]
    [InlineData("""{"message":null}""", "`message` is required")]
    [InlineData("""{"message":5}""", "`message` is a number; a text is expected.")]
    [InlineData("""{"message":{"a":1}}""", "`message` is an object; a text is expected.")]
    [InlineData("""{"message":"m","userId":["a"]}""", "`userId` is a list; a text is expected.")]
    [InlineData("""{"message":"m","metadata":[1]}""", "`metadata` is a list; an object is expected.")]
    [InlineData("""{"message":"m","metadata":"x"}""", "`metadata` is a text; an object is expected.")]
    [InlineData("""{"message":"m","timestamp":"soon"}""", "`timestamp` is \"soon\"; a time such as")]
    [InlineData("""{"message":"m","timestamp":{}}""", "`timestamp` is {}; a time such as")]
    [InlineData("""{"message":"m","timestamp":"2026-05-22T00:00:00Z"}""", "in the future")]
    [InlineData("""{"message":"m","timestamp":"2001-05-22T00:00:00Z"}""", "older than")]
    [InlineData("""{"message":"a\u0000b"}""", "U+0000")]
    [InlineData("""{"message":"m","x":"\u0000"}""", "U+0000")]
    [InlineData("""{"message":"\ud800"}""", "surrogate")]
    [InlineData("""{"message":"m","x":"\udc00"}""", "surrogate")]
    [InlineData("""{"message":"m","x":1e999999}""", "exponent")]
    [InlineData("[1]", "A record must be a JSON object.")]
    public void Read_WrongRecord_IsRejectedWithItsReason(string record, string reason)
    {
        var parsed = Parse($"[{{\"message\":\"first\"}},{record.TrimStart('[').TrimEnd(']')},{{\"message\":\"last\"}}]");

        var rejected = Assert.Single(parsed.Rejected);
        Assert.Equal(1, rejected.Index);
        Assert.Contains(reason, rejected.Reason, StringComparison.Ordinal);
        Assert.Equal(["first", "last"], parsed.Rows.Select(row => row["message"]));
    }

    [Fact]
    public void Read_BrokenLines_AreRejectedOneByOne()
    {
        var parsed = Parse("{\"message\":\"a\"}\r\n\n  {\"message\":\n{\"message\":\"b\"} x\n5\n[{\"message\":\"c\"}]\n\t{\"message\":\"d\"}", isLines: true);

        Assert.Equal(["a", "d"], parsed.Rows.Select(row => row["message"]));
        Assert.Equal([1, 2, 3, 4], parsed.Rejected.Select(rejected => rejected.Index));
        Assert.All(parsed.Rejected.Take(2), rejected => Assert.StartsWith("The line is not valid JSON: byte ", rejected.Reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{\"message\":\"a\"}", 1, 0)]
    [InlineData("\uFEFF \n{\n\"message\":\n\"a\"\n}\n", 1, 0)]
    [InlineData("{\"message\":\"a\"}\n{\"message\":\"b\"}\n", 2, 0)]
    [InlineData("{\"message\":\"a\"} \r\n\r\n{\"message\":\"b\"}", 2, 0)]
    [InlineData("{\"message\":\n{\"message\":\"b\"}", 1, 1)]
    [InlineData("{\"message\":\"a\"} x\n{\"message\":\"b\"}", 1, 1)]
    [InlineData("[]", 0, 0)]
    [InlineData(" [ {\"message\":\"a\"} , 5 ] ", 1, 1)]
    public void Read_PlainJson_IsLookedAt(string body, int accepted, int rejected)
    {
        var parsed = Parse(body);

        Assert.Equal((accepted, rejected), (parsed.Accepted, parsed.Rejected.Count));
    }

    [Theory]
    [InlineData("", "The body is empty")]
    [InlineData(" \n ", "The body is empty")]
    [InlineData("nope", "line 1, byte 2")]
    [InlineData("5", "neither a record")]
    [InlineData("{\"message\":\"a\"", "line 1")]
    [InlineData("{\"message\":\"a\"}{\"message\":\"b\"}", "byte 16")]
    [InlineData("[{\"message\":\"a\"},{\"message\":]", "line 1, byte 29")]
    [InlineData("[{\"message\":\"a\"}", "is not valid JSON")]
    [InlineData("[{\"message\":\"a\"}] x", "is not valid JSON")]
    public void Read_BrokenBody_IsRefusedWhole(string body, string reason)
    {
        var error = Assert.Throws<LogRequestException>(() => Parse(body));

        Assert.Equal(LogRequestErrorKind.Malformed, error.Kind);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_InvalidUtf8_IsRejected()
    {
        byte[] body = [.. "{\"message\":\"a\"}\n{\"message\":\"\u00ff"u8, 0xFF, .. "\"}\n{\"message\":\"m\",\"x\":\""u8, 0xC0, 0x80, .. "\"}\n{\"message\":\"b\"}"u8];

        var parsed = ParsedBatch.Of(batch => JsonLogs.Read(body, isLines: true, batch));

        Assert.Equal(["a", "b"], parsed.Rows.Select(row => row["message"]));
        Assert.All(parsed.Rejected, rejected => Assert.EndsWith("is not valid UTF-8.", rejected.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_DeepNesting_RejectsTheRecordAlone()
    {
        var deep = new string('[', 200) + new string(']', 200);

        var parsed = Parse($"[{{\"message\":\"m\",\"x\":{deep}}},{{\"message\":\"b\"}}]");

        Assert.Equal("`metadata` is nested deeper than 64 levels.", Assert.Single(parsed.Rejected).Reason);
        Assert.Equal(1, parsed.Accepted);
    }

    [Fact]
    public void Read_NothingButBrokenLines_IsRefusedWhole()
    {
        var error = Assert.Throws<LogRequestException>(() => Parse(string.Concat(Enumerable.Repeat("{\n", 20_000)), isLines: true));

        Assert.StartsWith("More than 10000 records of the request are wrong", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MoreRowsThanMayWait_IsRefusedWhole()
    {
        var error = Assert.Throws<LogRequestException>(() => Parse(string.Concat(Enumerable.Repeat("{\"message\":\"a\"}\n", 800_000)), isLines: true));

        Assert.Equal(LogRequestErrorKind.TooLarge, error.Kind);
    }

    [Fact]
    public void Read_AnyTexts_ComeThroughAsTheyAre()
    {
        var texts = from message in Text() from user in Text() from name in Text() from value in Text() select (message, user, name, value);

        Prop.ForAll(texts.ToArbitrary(), record =>
        {
            var body = JsonSerializer.Serialize(new Dictionary<string, object> { ["message"] = record.message, ["userId"] = record.user, ["metadata"] = new { x = 1 }, ["x" + record.name] = record.value });

            var row = Assert.Single(Parse(body).Rows);

            Assert.Equal((record.message, record.user), (row["message"], row["user_id"]));
            Assert.Equal(record.value, row.Metadata.GetProperty("x" + record.name).GetString());
        }).QuickCheckThrowOnFailure();
    }

    private static Gen<string> Text() => ArbMap.Default.GeneratorFor<int[]>().Select(numbers => string.Concat(numbers.Select(number =>
    {
        var value = (int)(Math.Abs((long)number) % (number % 3 == 0 ? 0x80 : 0x10FFFF)) + 1;
        return Rune.IsValid(value) ? char.ConvertFromUtf32(value) : "\"";
    })));

    private static ParsedBatch Parse(string body, bool isLines = false) => ParsedBatch.Of(batch => JsonLogs.Read(Encoding.UTF8.GetBytes(body), isLines, batch));
}
