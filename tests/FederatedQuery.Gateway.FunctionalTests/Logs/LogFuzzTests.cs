using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using FederatedQuery.Testing;
using Xunit.Abstractions;

namespace FederatedQuery.Gateway.FunctionalTests.Logs;

/// <summary>
/// Requests that are nearly right, sent to a running gateway: thousands in every run, as many as LOG_FUZZ says by command. What is refused gets a 4xx, nothing is a
/// failure of the server, and its memory stays as it was.
/// </summary>
[Collection(LogsCollection.Name)]
public class LogFuzzTests(LogsGateway gateway, ITestOutputHelper output)
{
    private const int Seed = 20261121;
    private const int Parallel = 8;

    private static readonly byte[][] Tokens =
    [
        .. new[] { "{", "}", "[", "]", "\"", ",", ":", "\n", "\\u0000", "\\ud800", "null", "1e999", "-0", "\0", "\u0001", "{\"create\":{}}\n", "\"message\":", "\"timestamp\":\"x\"," }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0x0A, 0x00], new byte[64], .. new[] { new string('[', 300), new string('9', 400), new string('a', 70_000) }.Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly string?[] ContentTypes = ["application/json", "application/x-ndjson", "application/x-protobuf", "text/plain", "application/json; charset=latin1", "x", null];

    private static readonly string?[] Codings = [null, null, null, null, null, "gzip", "deflate", "br", "zstd", "identity", "lzma"];

    [Fact]
    public async Task Post_MutatedRequests_NeverFailTheServer()
    {
        var requests = TestVariables.Count("LOG_FUZZ", 4_000);
        var seeds = Seeds();
        var statuses = new ConcurrentDictionary<int, int>();
        var memory = 0L;
        for (var (done, part) = (0, 0); done < requests; part++)
        {
            var count = Math.Min(Math.Max(2_000, requests / 10), requests - done);
            await Task.WhenAll(Enumerable.Range(0, Parallel).Select(worker => RunAsync(new Random(Seed + (part * Parallel) + worker), count / Parallel, seeds, statuses)));
            done += count;
            // The first part warms up: pools, compiled code.
            memory = part == 0 ? ResidentBytes() : memory;
        }

        var grown = ResidentBytes() - memory;
        var summary = string.Join(", ", statuses.OrderBy(status => status.Key).Select(status => $"{status.Key}: {status.Value}")) + $"; memory {memory >> 20} MB, and {grown >> 20} MB more";
        output.WriteLine(summary);
        Assert.True(statuses.Keys.All(status => status is >= 200 and < 500), summary);
        Assert.True(statuses.Keys.Count(status => status >= 400) > 1 && statuses.Keys.Any(status => status < 300), summary);
        Assert.True(grown < 256 << 20, summary);
        Assert.DoesNotContain("failed; the client was told the id", gateway.Process.Output, StringComparison.Ordinal);
        Assert.Equal(202, (await gateway.PostAsync("/logs", """{"message":"still there"}""")).Status);
    }

    private async Task RunAsync(Random random, int count, IReadOnlyList<Shape> seeds, ConcurrentDictionary<int, int> statuses)
    {
        for (var i = 0; i < count; i++)
        {
            var shape = seeds[random.Next(seeds.Count)];
            var body = random.Next(20) == 0 ? shape.Body : Mutate(random, shape.Body);
            var coding = Codings[random.Next(Codings.Length)];
            body = coding is "gzip" && random.Next(4) > 0 ? Gzip(body) : body;
            body = shape.IsSnappy && random.Next(4) > 0 ? Snappy(body) : body;
            var path = random.Next(10) == 0 ? seeds[random.Next(seeds.Count)].Path : shape.Path;
            var type = random.Next(10) == 0 ? ContentTypes[random.Next(ContentTypes.Length)] : shape.ContentType;
            var (status, answer) = await gateway.PostAsync(path, body, type, coding);
            statuses.AddOrUpdate(status, 1, (_, seen) => seen + 1);
            if (status == 429)
            {
                await Task.Delay(100);
            }

            Assert.True(status < 500, $"{path} {type} {coding} {Convert.ToBase64String(body[..Math.Min(body.Length, 2_000)])}: {status} {answer}");
        }
    }

    private static byte[] Mutate(Random random, byte[] seed)
    {
        var body = seed.ToList();
        for (var times = random.Next(1, 6); times > 0; times--)
        {
            var at = random.Next(body.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < body.Count:
                    body[at] = (byte)random.Next(256);
                    break;
                case 1 when at < body.Count:
                    body[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    body.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                    break;
                case 3:
                    body.RemoveRange(at, random.Next(body.Count - at + 1));
                    break;
                case 4:
                    body.InsertRange(at, body.GetRange(at, random.Next(body.Count - at + 1)));
                    break;
                default:
                    body.RemoveRange(at, Math.Min(random.Next(4), body.Count - at));
                    break;
            }
        }

        return [.. body];
    }

    private static List<Shape> Seeds()
    {
        var now = DateTimeOffset.UtcNow;
        var (nanos, time) = (now.ToUnixTimeMilliseconds() * 1_000_000, now.ToString("O", CultureInfo.InvariantCulture));
        var record = $$$"""{"level":"ERROR","message":"fuzz \u00e9\n","resourceId":"host","timestamp":"{{{time}}}","traceId":"t","metadata":{"parentResourceId":"p","a":[1,{"b":null}]},"other":1.5e3}""";
        var otlp = $$$$"""{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"fuzz"}}]},"scopeLogs":[{"scope":{"name":"s"},"logRecords":[{"timeUnixNano":"{{{{nanos}}}}","severityNumber":9,"body":{"kvlistValue":{"values":[{"key":"k","value":{"arrayValue":{"values":[{"intValue":"5"},{"doubleValue":1.5},{"boolValue":true},{"bytesValue":"AQID"}]}}}]}},"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174"}]}]}]}""";
        var bulk = $$$"""
            {"create":{"_index":"logs-x","_id":"1"}}
            {"@timestamp":"{{{time}}}","message":"fuzz","log":{"level":"warn"},"host":{"name":"h"}}
            {"delete":{"_id":"1"}}
            {"index":{}}
            {"message":"fuzz","log":"x"}

            """;
        var loki = $$$"""{"streams":[{"stream":{"job":"fuzz","level":"info"},"values":[["{{{nanos}}}","line"],["{{{nanos}}}","line",{"trace_id":"t"}]]}]}""";
        return
        [
            new("/", "application/json", Bytes(record)),
            new("/logs", "application/json", Bytes($"[{record},{record}]")),
            new("/logs", "application/x-ndjson", Bytes($"{record}\n{record}\n{{\"message\":\"m\"}}\n")),
            new("/v1/logs", "application/json", Bytes(otlp)),
            new("/v1/logs", "application/x-protobuf", Protobuf((ulong)nanos)),
            new("/_bulk", "application/x-ndjson", Bytes(bulk)),
            new("/app/_bulk", "application/json", Bytes(bulk)),
            new("/loki/api/v1/push", "application/json", Bytes(loki)),
            new("/loki/api/v1/push", "application/x-protobuf", LokiProtobuf(now)) { IsSnappy = true },
        ];
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>An ExportLogsServiceRequest, written by hand.</summary>
    private static byte[] Protobuf(ulong nanos) =>
        Field(1, [
            .. Field(1, Field(1, [.. Field(1, Bytes("service.name")), .. Field(2, Field(1, Bytes("fuzz")))])),
            .. Field(2, [
                .. Field(1, Field(1, Bytes("scope"))),
                .. Field(2, [
                    0x09, .. BitConverter.GetBytes(nanos), 0x10, 17, .. Field(3, Bytes("Error")), .. Field(5, Field(1, Bytes("body"))),
                    .. Field(6, [.. Field(1, Bytes("k")), .. Field(2, Field(5, [.. Field(1, [0x18, 5]), .. Field(1, [0x10, 1])]))]),
                    0x45, 1, 0, 0, 0, .. Field(9, new byte[16]), .. Field(10, [1, 2, 3, 4, 5, 6, 7, 8])])])]);

    private static byte[] LokiProtobuf(DateTimeOffset now) =>
        Field(1, [.. Field(1, Bytes("{job=\"fuzz\", level=\"warn\"}")), .. Field(2, [.. Field(1, [0x08, .. Varint((ulong)now.ToUnixTimeSeconds())]), .. Field(2, Bytes("line")), .. Field(3, [.. Field(1, Bytes("a")), .. Field(2, Bytes("b"))])])]);

    private static byte[] Field(int number, byte[] value) => [(byte)((number << 3) | 2), .. Varint((ulong)value.Length), .. value];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }

    /// <summary>Snappy's block format, all of it one literal.</summary>
    private static byte[] Snappy(byte[] body) =>
        body.Length == 0 ? [0] : [.. Varint((ulong)body.Length), 63 << 2, .. BitConverter.GetBytes((uint)body.Length - 1), .. body];

    private static byte[] Gzip(byte[] body)
    {
        using var target = new MemoryStream();
        using (var stream = new GZipStream(target, CompressionLevel.Fastest))
        {
            stream.Write(body);
        }

        return target.ToArray();
    }

    private long ResidentBytes()
    {
        using var process = System.Diagnostics.Process.GetProcessById(gateway.Process.ProcessId);
        return process.WorkingSet64;
    }

    private sealed record Shape(string Path, string ContentType, byte[] Body)
    {
        public bool IsSnappy { get; init; }
    }
}
