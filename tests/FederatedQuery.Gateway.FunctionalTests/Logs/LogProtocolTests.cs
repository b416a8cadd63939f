using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;

namespace FederatedQuery.Gateway.FunctionalTests.Logs;

/// <summary>The formats that logs are taken in, over HTTP and into the table.</summary>
[Collection(LogsCollection.Name)]
public class LogProtocolTests(LogsGateway gateway)
{
    private static long Nanos => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;

    [Theory]
    [InlineData("/", "application/json", """{"message":"one","resourceId":"@"}""", 1)]
    [InlineData("/logs", "application/json; charset=utf-8", """[{"message":"one","resourceId":"@"},{"message":"two","resourceId":"@"}]""", 2)]
    [InlineData("/logs", "application/x-ndjson", "{\"message\":\"one\",\"resourceId\":\"@\"}\n{\"message\":\"two\",\"resourceId\":\"@\"}\n", 2)]
    [InlineData("/logs", "application/json", "{\"message\":\"one\",\"resourceId\":\"@\"}\n{\"message\":\"two\",\"resourceId\":\"@\"}\n", 2)]
    public async Task Post_Records_AreAcceptedAndStored(string path, string contentType, string body, int count)
    {
        var name = Name();

        var (status, answer) = await gateway.PostAsync(path, body.Replace("@", name, StringComparison.Ordinal), contentType);

        Assert.Equal((202, $$"""{"message":"logs enqueued for ingestion","accepted":{{count}},"rejected":[]}"""), (status, answer));
        await gateway.WaitForAsync($"SELECT count(*) AS n FROM logs WHERE resource_id = '{name}'", count);
    }

    [Fact]
    public async Task Post_SomeRecordsAreWrong_AreRejectedByIndexAndReason()
    {
        var name = Name();

        var (status, answer) = await gateway.PostAsync(
            "/logs", $$"""[{"message":"one","resourceId":"{{name}}"},{"level":"INFO"},{"message":"two","resourceId":"{{name}}"},{"message":"m","timestamp":"x"}]""");

        var json = JsonDocument.Parse(answer).RootElement;
        Assert.Equal((202, 2), (status, json.GetProperty("accepted").GetInt32()));
        Assert.Equal([1, 3], json.GetProperty("rejected").EnumerateArray().Select(rejected => rejected.GetProperty("index").GetInt32()));
        Assert.All(json.GetProperty("rejected").EnumerateArray(), rejected => Assert.NotEmpty(rejected.GetProperty("reason").GetString()!));
        await gateway.WaitForAsync($"SELECT count(*) AS n FROM logs WHERE resource_id = '{name}'", 2);
    }

    [Fact]
    public async Task Post_AllRecordsAreWrong_Gets400WithTheSameList()
    {
        var (status, answer) = await gateway.PostAsync("/logs", """[{"level":"INFO"},5]""");

        var problem = JsonDocument.Parse(answer).RootElement;
        Assert.Equal((400, "RECORDS_REJECTED", 0), (status, problem.GetProperty("code").GetString(), problem.GetProperty("accepted").GetInt32()));
        Assert.Equal("A record must be a JSON object.", problem.GetProperty("rejected")[1].GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("zstd")]
    public async Task Post_CompressedBody_IsTaken(string coding)
    {
        var name = Name();
        var body = string.Concat(Enumerable.Range(0, 100).Select(i => $"{{\"message\":\"line {i}\",\"resourceId\":\"{name}\"}}\n"));

        var (status, answer) = await gateway.PostAsync("/logs", Compress(Encoding.UTF8.GetBytes(body), coding), "application/x-ndjson", coding);

        Assert.True(status == 202, answer);
        await gateway.WaitForAsync($"SELECT count(*) AS n FROM logs WHERE resource_id = '{name}'", 100);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("zstd")]
    public async Task Post_BodyThatDecompressesToTooMuch_Gets413(string coding)
    {
        var bomb = Compress(Encoding.UTF8.GetBytes($"{{\"message\":\"{new string('a', 60 << 20)}\"}}"), coding);

        var (status, answer) = await gateway.PostAsync("/logs", bomb, "application/json", coding);

        Assert.True(bomb.Length < LogsGateway.MaxBodyBytes);
        Assert.Equal((413, "REQUEST_TOO_LARGE"), (status, JsonDocument.Parse(answer).RootElement.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("zstd")]
    public async Task Post_BodyThatIsNotSoCompressed_Gets400(string coding)
    {
        var whole = Compress(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 1_000).Select(i => $"{{\"message\":\"{i * 7919}\"}}\n"))), coding);

        foreach (var broken in new[] { "{\"message\":\"m\"}"u8.ToArray(), whole[..(whole.Length / 2)] })
        {
            var (status, answer) = await gateway.PostAsync("/logs", broken, "application/x-ndjson", coding);

            Assert.True(status == 400, answer);
        }
    }

    [Theory]
    [InlineData("text/plain", null, 415)]
    [InlineData("application/x-www-form-urlencoded", null, 415)]
    [InlineData(null, null, 415)]
    [InlineData("application/json", "lzma", 415)]
    public async Task Post_OtherTypes_AreRefused(string? type, string? coding, int expected)
    {
        foreach (var path in new[] { "/logs", "/v1/logs", "/_bulk", "/loki/api/v1/push" })
        {
            var (status, answer) = await gateway.PostAsync(path, "{\"message\":\"m\"}"u8.ToArray(), type, coding);

            Assert.True(status == expected, $"{path}: {status} {answer}");
        }
    }

    [Fact]
    public async Task Post_LongLine_Gets413AndTheGatewayGoesOn()
    {
        var body = new byte[100 << 20];
        body.AsSpan().Fill((byte)'a');
        "{\"message\":\""u8.CopyTo(body);
        "\"}"u8.CopyTo(body.AsSpan(body.Length - 2));

        // The server answers before it has read all, and may end the connection then.
        try
        {
            Assert.Equal(413, (await gateway.PostAsync("/logs", body, "application/json")).Status);
        }
        catch (HttpRequestException error)
        {
            Assert.IsAssignableFrom<IOException>(error.InnerException);
        }

        Assert.Equal(202, (await gateway.PostAsync("/logs", """{"message":"m"}""")).Status);
    }

    [Fact]
    public async Task Otlp_JsonAndFailures_AreAnsweredInTheirEncoding()
    {
        var name = Name();
        var request = $$$"""{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"{{{name}}}"}}]},"scopeLogs":[{"logRecords":[{"timeUnixNano":"{{{Nanos}}}","body":{"stringValue":"m"}},{"traceId":"x"}]}]}]}""";

        var (status, answer) = await gateway.PostAsync("/v1/logs", request);
        var (brokenStatus, broken) = await gateway.PostAsync("/v1/logs", [0x0A, 0x05], "application/x-protobuf");
        var (none, empty) = await gateway.PostAsync("/v1/logs", [], "application/x-protobuf");

        Assert.Equal(200, status);
        Assert.Equal("1", JsonDocument.Parse(answer).RootElement.GetProperty("partialSuccess").GetProperty("rejectedLogRecords").GetString());
        Assert.Equal(400, brokenStatus);
        Assert.StartsWith("\b\u0003\u0012", broken, StringComparison.Ordinal);
        Assert.Equal((200, ""), (none, empty));
        await gateway.WaitForAsync($"SELECT count(*) AS n FROM logs WHERE resource_id = '{name}'", 1);
    }

    [Fact]
    public async Task Bulk_Items_AreAnsweredOneByOne()
    {
        var name = Name();
        var body = $$$"""
            {"create":{}}
            {"message":"one","host":{"name":"{{{name}}}"}}
            {"delete":{"_id":"1"}}
            {"index":{"_index":"other"}}
            {"message":"two","service":{"name":"{{{name}}}"}}

            """;

        var (status, answer) = await gateway.PostAsync("/logs-app/_bulk?filter_path=errors", body, "application/x-ndjson");

        var json = JsonDocument.Parse(answer).RootElement;
        Assert.Equal((200, true), (status, json.GetProperty("errors").GetBoolean()));
        Assert.Equal(
            ["201 logs-app", "400 logs-app", "201 other"],
            json.GetProperty("items").EnumerateArray().Select(item => item.EnumerateObject().Single().Value)
                .Select(item => $"{item.GetProperty("status").GetInt32()} {item.GetProperty("_index").GetString()}"));
        await gateway.WaitForAsync($"SELECT count(*) AS n FROM logs WHERE resource_id = '{name}'", 2);
        var (brokenStatus, broken) = await gateway.PostAsync("/_bulk", "{\"nothing\":{}}\n{}", "application/json");
        Assert.Equal((400, "illegal_argument_exception"), (brokenStatus, JsonDocument.Parse(broken).RootElement.GetProperty("error").GetProperty("type").GetString()));
    }

    [Fact]
    public async Task Loki_Push_IsStored()
    {
        var name = Name();

        var (status, answer) = await gateway.PostAsync("/loki/api/v1/push", $$"""{"streams":[{"stream":{"service_name":"{{name}}"},"values":[["{{Nanos}}","m"]]}]}""");
        var (partly, reasons) = await gateway.PostAsync("/loki/api/v1/push", $$"""{"streams":[{"stream":{"service_name":"{{name}}"},"values":[["{{Nanos}}","m"],["1","old"]]}]}""");

        Assert.Equal((204, ""), (status, answer));
        Assert.Equal((400, 1), (partly, JsonDocument.Parse(reasons).RootElement.GetProperty("accepted").GetInt32()));
        await gateway.WaitForAsync($"SELECT count(*) AS n FROM logs WHERE resource_id = '{name}'", 2);
    }

    [Theory]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8", "Mozilla/5.0", false)]
    [InlineData("*/*", "curl/8.0", false)]
    [InlineData("application/json", "Filebeat/8", true)]
    [InlineData("application/vnd.elasticsearch+json; compatible-with=8,text/plain", "elasticsearch-js/8", true)]
    [InlineData("*/*", "Manticore 0.9.1", true)]
    public async Task Get_Root_IsThePageOrTheHandshake(string accept, string agent, bool isHandshake)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.TryAddWithoutValidation("User-Agent", agent);

        using var response = await gateway.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(isHandshake ? "application/json" : "text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(isHandshake, response.Headers.Contains("X-Elastic-Product"));
        if (isHandshake)
        {
            Assert.Equal("8.11.0", JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("version").GetProperty("number").GetString());
        }
    }

    [Theory]
    [InlineData("HEAD", "/", 200)]
    [InlineData("GET", "/_license", 200)]
    [InlineData("GET", "/_xpack", 200)]
    [InlineData("GET", "/_cluster/health", 200)]
    [InlineData("GET", "/_cluster/health/logs-*", 200)]
    [InlineData("GET", "/_cat/health", 200)]
    [InlineData("GET", "/_nodes/http", 200)]
    [InlineData("GET", "/_nodes/_all/http", 200)]
    [InlineData("HEAD", "/_index_template/logs", 404)]
    [InlineData("PUT", "/_index_template/logs", 200)]
    [InlineData("GET", "/_template/logstash", 404)]
    [InlineData("PUT", "/_template/logstash?include_type_name=true", 200)]
    [InlineData("PUT", "/_ilm/policy/logs", 200)]
    [InlineData("PUT", "/_ingest/pipeline/p", 200)]
    [InlineData("HEAD", "/_alias/logs", 404)]
    public async Task Elasticsearch_WhatShippersAsk_IsAnswered(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await gateway.Client.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(["Elasticsearch"], response.Headers.GetValues("X-Elastic-Product"));
        if (method != "HEAD")
        {
            JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        }
    }

    private static string Name() => "r-" + Guid.NewGuid().ToString("N");

    private static byte[] Compress(byte[] body, string coding)
    {
        if (coding == "zstd")
        {
            return Zstandard(body);
        }

        using var target = new MemoryStream();
        using (Stream stream = coding switch
        {
            "gzip" => new GZipStream(target, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(target, CompressionLevel.Fastest),
            _ => new BrotliStream(target, CompressionLevel.Fastest),
        })
        {
            stream.Write(body);
        }

        return target.ToArray();
    }

    /// <summary>A frame (RFC 8878) of blocks that are one byte repeated, or as they are.</summary>
    private static byte[] Zstandard(byte[] body)
    {
        const int BlockBytes = 128 << 10;
        const byte Window = 7 << 3; // 128 KiB
        var frame = new List<byte> { 0x28, 0xB5, 0x2F, 0xFD, 0, Window };
        for (var start = 0; start < body.Length; start += BlockBytes)
        {
            var block = body.AsSpan(start, Math.Min(BlockBytes, body.Length - start));
            var isRepeated = !block.ContainsAnyExcept(block[0]);
            var header = (start + block.Length == body.Length ? 1 : 0) | (isRepeated ? 1 << 1 : 0) | (block.Length << 3);
            frame.AddRange([(byte)header, (byte)(header >> 8), (byte)(header >> 16)]);
            frame.AddRange(isRepeated ? block[..1] : block);
        }

        return [.. frame];
    }
}
