using System.IO.Compression;
using System.Text;
using System.Text.Json;
using FederatedQuery.DuckDb;

namespace FederatedQuery.Gateway.FunctionalTests.Logs;

/// <summary>Logs and results of statements for clients without GraphQL.</summary>
[Collection(LogsCollection.Name)]
public class RestTests(LogsGateway gateway)
{
    private const int Records = 2500;

    [Fact]
    public async Task Logs_PagesAndDownloads_GiveEveryRecordOnceInOrder()
    {
        var name = await IngestAsync();

        var newestFirst = new List<int>();
        for (string? after = ""; after is not null;)
        {
            var page = await JsonAsync($"/logs?resource_id={name}&limit=1000{(after.Length > 0 ? $"&after={after}" : "")}");
            newestFirst.AddRange(page.GetProperty("logs").EnumerateArray().Select(NumberOf));
            after = page.GetProperty("after").GetString();
            Assert.Equal(after is not null, page.GetProperty("hasMore").GetBoolean());
        }

        var all = Enumerable.Range(0, Records).ToList();
        Assert.Equal(all.AsEnumerable().Reverse(), newestFirst);
        Assert.Equal(all, await DownloadAsync($"resource_id={name}"));

        var half = Lines(Encoding.UTF8.GetString(await BytesAsync($"/logs/download?resource_id={name}")))[Records / 2];
        var seen = JsonDocument.Parse(half).RootElement;
        Assert.Equal(
            all.Skip(NumberOf(seen) + 1),
            await DownloadAsync($"resource_id={name}&after={seen.GetProperty("timestamp").GetString()},{seen.GetProperty("id").GetString()}"));
        Assert.Equal(all.Where(i => i % 10 == 0), await DownloadAsync($"resource_id={name}&level=ERROR"));
        Assert.Equal([7], await DownloadAsync($"resource_id={name}&search=number%207"));

        var day = DateTime.UtcNow.Date;
        Assert.Empty((await JsonAsync($"/logs?resource_id={name}&date={day.AddDays(-2):yyyy-MM-dd}")).GetProperty("logs").EnumerateArray());
        var first = await PostJsonAsync("/logs/v1/container", $$"""{"workflow_name":"{{name}}","limit":3}""");
        var next = await PostJsonAsync("/logs/v1/container", $$"""{"workflow_name":"{{name}}","limit":3,"cursor":"{{first.GetProperty("cursor").GetString()}}"}""");
        Assert.Equal([0, 1, 2, 3, 4, 5], first.GetProperty("logs").EnumerateArray().Concat(next.GetProperty("logs").EnumerateArray()).Select(NumberOf));
    }

    [Fact]
    public async Task Download_EveryFormatAndCompression_HoldsTheSameRecords()
    {
        var name = await IngestAsync();
        var plain = await BytesAsync($"/logs/download?resource_id={name}");

        Assert.Equal(plain, await UnpackAsync(await BytesAsync($"/logs/download?resource_id={name}&compression=gzip")));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/logs/download?resource_id={name}");
        request.Headers.AcceptEncoding.ParseAdd("gzip");
        using var response = await gateway.Client.SendAsync(request);
        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        Assert.Equal(plain, await UnpackAsync(await response.Content.ReadAsByteArrayAsync()));

        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var files = new Dictionary<string, string>
            {
                ["read_parquet"] = "parquet",
                ["read_csv"] = "csv",
                ["read_json"] = "ndjson",
            };
            using var database = DuckDBDatabase.Open();
            using var connection = database.Connect();
            foreach (var (function, format) in files)
            {
                var path = Path.Combine(folder.FullName, $"logs.{format}");
                await File.WriteAllBytesAsync(path, await BytesAsync($"/logs/download?resource_id={name}&format={format}"));
                using var rows = connection.Query(
                    $"SELECT count(*)::VARCHAR || ' ' || min(message) || ' ' || sum((metadata->>'n')::BIGINT)::VARCHAR || ' ' || count(userId)::VARCHAR FROM {function}({DuckDBSql.QuoteLiteral(path)})");
                using var chunk = rows.ReadChunk()!;
                Assert.Equal($"{Records} number \"0\", {{'n'}}\nof many {(long)Records * (Records - 1) / 2} 0", chunk[0].String(0));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Where_AsInGraphQL_FiltersBesideTheOtherParameters()
    {
        var name = await IngestAsync();
        var where = Uri.EscapeDataString("""{"level": {"neq": "INFO"}, "or": [{"metadata": {"path": "n", "eq": 20}}, {"metadata": {"path": "n", "eq": 40}}]}""");

        Assert.Equal([20, 40], await DownloadAsync($"resource_id={name}&where={where}"));
        var page = await JsonAsync($"/logs?resource_id={name}&where={where}&limit=5");
        Assert.Equal([40, 20], page.GetProperty("logs").EnumerateArray().Select(NumberOf));
    }

    [Theory]
    [InlineData("federated", "ndjson", "SELECT i, i / 2.0 AS h, [i] AS l, NULL AS n FROM range(2) AS t(i)", "{\"i\":0,\"h\":0,\"l\":[0],\"n\":null}\n{\"i\":1,\"h\":0.5,\"l\":[1],\"n\":null}\n")]
    [InlineData("federated", "csv", "SELECT 'a,b' AS \"x y\", '' AS e, NULL AS n, 'say \"hi\"' AS x, 1 AS x", "x y,e,n,x,x_1\r\n\"a,b\",\"\",,\"say \"\"hi\"\"\",1\r\n")]
    [InlineData("postgres", "csv", "SELECT g, g * 1.5 AS h FROM generate_series(1, 2) AS g", "g,h\r\n1,1.5\r\n2,3.0\r\n")]
    [InlineData("postgres", "csv", "SELECT 1 AS one WHERE false", "one\r\n")]
    public async Task Sql_Statement_StreamsItsRows(string source, string format, string sql, string expected)
    {
        var (status, answer) = await gateway.PostAsync($"/sql/{source}?format={format}", sql, "application/sql");

        Assert.Equal((200, expected), (status, answer));
    }

    [Fact]
    public async Task Sql_LargeResult_IsWholeWithoutLimit()
    {
        var (status, answer) = await gateway.PostAsync("/sql/federated", """{"query":"SELECT range + ? AS n FROM range(300000) ORDER BY n","parameters":[5]}""");

        Assert.Equal(200, status);
        var lines = Lines(answer);
        Assert.Equal((300_000, """{"n":5}""", """{"n":300004}"""), (lines.Length, lines[0], lines[^1]));
    }

    [Theory]
    [InlineData("/sql/federated", "application/sql", "SELECT nonsense", 400)]
    [InlineData("/sql/federated", "application/sql", "DELETE FROM logs", 400)]
    [InlineData("/sql/postgres", "application/sql", "DELETE FROM logs", 400)]
    [InlineData("/sql/federated", "application/sql", "SELECT * FROM nowhere", 404)]
    [InlineData("/sql/federated", "application/sql", "", 400)]
    [InlineData("/sql/federated?format=xml", "application/sql", "SELECT 1", 400)]
    [InlineData("/sql/federated?fromat=csv", "application/sql", "SELECT 1", 400)]
    [InlineData("/sql/federated", "text/plain", "SELECT 1", 415)]
    [InlineData("/sql/oracle", "application/sql", "SELECT 1", 404)]
    [InlineData("/sql/federated?format=parquet", "application/sql", "SELECT union_value(a := 1) AS u", 400)]
    [InlineData("/logs/v1/container", "application/json", "{}", 400)]
    [InlineData("/logs/v1/container", "application/json", """{"workflow_name":"a","start_time":"yesterday"}""", 400)]
    [InlineData("/logs/v1/container", "application/json", """{"workflow_name":"a","limit":0}""", 400)]
    [InlineData("/logs/v1/container", "application/json", """{"workflow_name":"a","cursor":"made up"}""", 400)]
    [InlineData("/logs/v1/container", "application/json", """{"workflow":"a"}""", 400)]
    public async Task Post_WrongRequest_IsAProblemThatSaysWhy(string path, string contentType, string body, int expected)
    {
        var (status, answer) = await gateway.PostAsync(path, body, contentType);

        Assert.Equal(expected, status);
        var problem = JsonDocument.Parse(answer).RootElement;
        Assert.Equal(expected, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
    }

    [Theory]
    [InlineData("/logs?date=21.11.2026", "date")]
    [InlineData("/logs?limit=1001", "limit")]
    [InlineData("/logs?after=made-up", null)]
    [InlineData("/logs?nonsense=1", "nonsense")]
    [InlineData("/logs?where=level", "where")]
    [InlineData("/logs?where={\"level\":{\"equals\":\"INFO\"}}", "where")]
    [InlineData("/logs/tail?where={\"search\":\"\\\"open\"}", "where")]
    [InlineData("/logs/download?after=2026", "after")]
    [InlineData("/logs/download?compression=lzma", "compression")]
    public async Task Get_WrongParameter_IsNamed(string path, string? field)
    {
        using var response = await gateway.Client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(400, (int)response.StatusCode);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(field, problem.TryGetProperty("field", out var named) ? named.GetString() : null);
    }

    /// <summary>More of them than may go on at the same time: the last would wait for the first if it had not ended.</summary>
    [Theory]
    [InlineData("postgres", "SELECT generate_series(1, 2000000000) AS n")]
    [InlineData("federated", "SELECT range AS n FROM range(2000000000000)")]
    public async Task Sql_ClientGoes_EndsTheStatement(string source, string sql)
    {
        for (var i = 0; i < 8; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/sql/{source}");
            request.Content = new StringContent(sql, Encoding.UTF8, "application/sql");
            using var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await using var stream = await response.Content.ReadAsStreamAsync();
            await stream.ReadExactlyAsync(new byte[100_000]);
        }

        Assert.Equal((200, "{\"n\":1}\n"), await gateway.PostAsync($"/sql/{source}", "SELECT 1 AS n", "application/sql"));
    }

    [Fact]
    public async Task OpenApi_Examples_AreAnswered()
    {
        var document = await JsonAsync("/openapi.json");
        var count = 0;
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            if (!path.Value.TryGetProperty("post", out var post) || !post.TryGetProperty("requestBody", out var body))
            {
                continue;
            }

            foreach (var content in body.GetProperty("content").EnumerateObject().Where(content => content.Value.TryGetProperty("example", out _)))
            {
                var example = content.Value.GetProperty("example");
                var text = (example.ValueKind == JsonValueKind.String ? example.GetString()! : example.GetRawText())
                    .Replace("\"NOW\"", $"\"{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}000000\"", StringComparison.Ordinal);
                var route = path.Name.Replace("{source}", "federated", StringComparison.Ordinal).Replace("{index}", "web", StringComparison.Ordinal);
                var (status, answer) = await gateway.PostAsync(route, text, content.Name);
                Assert.True(status is 200 or 202 or 204, $"{route} with {content.Name}: {status} {answer}");
                count++;
            }
        }

        Assert.True(count >= 10, $"{count} examples");
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static int NumberOf(JsonElement record) => record.GetProperty("metadata").GetProperty("n").GetInt32();

    private static async Task<byte[]> UnpackAsync(byte[] packed)
    {
        using var unpacked = new MemoryStream();
        await using (var stream = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress))
        {
            await stream.CopyToAsync(unpacked);
        }

        return unpacked.ToArray();
    }

    private async Task<string> IngestAsync()
    {
        var name = $"rest-{Guid.NewGuid():N}";
        var start = DateTimeOffset.UtcNow.AddHours(-1);
        var lines = Enumerable.Range(0, Records).Select(i => JsonSerializer.Serialize(new
        {
            message = $"number \"{i}\", {{'n'}}\nof many",
            level = i % 10 == 0 ? "ERROR" : "INFO",
            timestamp = start.AddMilliseconds(i),
            resourceId = name,
            workflowName = name,
            metadata = new { n = i },
        }));
        var (status, _) = await gateway.PostAsync("/logs", string.Join('\n', lines), "application/x-ndjson");
        Assert.Equal(202, status);
        await gateway.WaitForAsync($"SELECT count(*) AS n FROM logs WHERE resource_id = '{name}'", Records);
        return name;
    }

    private async Task<List<int>> DownloadAsync(string query) =>
        [.. Lines(Encoding.UTF8.GetString(await BytesAsync($"/logs/download?{query}"))).Select(line => NumberOf(JsonDocument.Parse(line).RootElement))];

    private async Task<byte[]> BytesAsync(string path)
    {
        using var response = await gateway.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return await response.Content.ReadAsByteArrayAsync();
    }

    private async Task<JsonElement> JsonAsync(string path) => JsonDocument.Parse(await BytesAsync(path)).RootElement;

    private async Task<JsonElement> PostJsonAsync(string path, string body)
    {
        var (status, answer) = await gateway.PostAsync(path, body);
        Assert.True(status == 200, answer);
        return JsonDocument.Parse(answer).RootElement;
    }
}
