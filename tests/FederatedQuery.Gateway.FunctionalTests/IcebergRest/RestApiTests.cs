using System.Globalization;
using System.Net;
using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.IcebergRest;

[Collection(RestCollection.Name)]
public class RestApiTests(RestGateway gateway)
{
    [SharedFact]
    public async Task Answers_OfAWideCorpus_AreAsTheApiSays()
    {
        var space = $"n{Guid.NewGuid():N}";
        var answers = new List<object>();
        var wrong = new List<string>();
        var location = "";
        foreach (var call in RestCorpus.Create(space, gateway.Warehouse))
        {
            var body = call.Body?.Replace("LOCATION", location, StringComparison.Ordinal);
            var response = await gateway.SendAsync(call.Method, call.Path, body, call.ContentType);
            var id = $"{call.Method} {call.Path} {(body?.Length > 200 ? body[..200] : body)}";
            if ((int)response.Status != call.Status)
            {
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{id}: {(int)response.Status} for {call.Status}: {response.Body}"));
            }

            if (location.Length == 0 && call is { Method: "POST", Status: 200 } && call.Path.EndsWith("/tables", StringComparison.Ordinal))
            {
                location = response.Body!.Value.GetProperty("metadata").GetProperty("location").GetString()!;
            }

            answers.Add(new { id, method = call.Method, template = call.Template, status = (int)response.Status, body = response.Body });
        }

        Assert.Empty(wrong);
        var file = Path.Combine(Repository.Shared!, "iceberg-spec", "rest-catalog-open-api.yaml");
        var against = await NodeScript.RunAsync("rest-schemas.js", JsonSerializer.Serialize(answers), file);
        Assert.True(against == "[]", against);
    }

    [Fact]
    public async Task LoadTable_IfNoneMatch_GivesNotModifiedUntilItChanges()
    {
        var space = await gateway.CreateTableAsync("t");
        var path = $"/v1/namespaces/{space}/tables/t";
        var first = await gateway.SendAsync("GET", path);

        var same = await gateway.SendAsync("GET", path, headers: ("If-None-Match", $"\"other\", W/{first.Tag}"));
        var committed = await gateway.SendAsync("POST", path, """{"requirements":[],"updates":[{"action":"set-properties","updates":{"a":"1"}}]}""");
        var changed = await gateway.SendAsync("GET", path, headers: ("If-None-Match", first.Tag!));

        Assert.Equal((HttpStatusCode.NotModified, first.Tag), (same.Status, same.Tag));
        Assert.Null(same.Body);
        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.Equal(committed.Tag, changed.Tag);
        Assert.NotEqual(first.Tag, changed.Tag);
    }

    [Fact]
    public async Task Commit_WithOneIdempotencyKeyManyTimes_IsMadeOnce()
    {
        var space = await gateway.CreateTableAsync("t");
        var path = $"/v1/namespaces/{space}/tables/t";
        const string Body = """{"requirements":[],"updates":[{"action":"set-properties","updates":{"a":"1"}}]}""";
        var key = ("Idempotency-Key", Guid.CreateVersion7().ToString());

        var responses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => gateway.SendAsync("POST", path, Body, "application/json", key)));
        var later = await gateway.SendAsync("POST", path, Body, "application/json", key);
        var other = await gateway.SendAsync("POST", path, Body.Replace("1", "2", StringComparison.Ordinal), "application/json", key);
        var wrong = await gateway.SendAsync("POST", path, Body, "application/json", ("Idempotency-Key", "7"));

        Assert.All(responses, response => Assert.True(response.Status is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, $"{response.Status} {response.Body}"));
        Assert.Contains(responses, response => response.Status == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, later.Status);
        var table = await gateway.SendAsync("GET", path);
        Assert.Equal(table.Tag, later.Tag);
        Assert.Single(table.Body!.Value.GetProperty("metadata").GetProperty("metadata-log").EnumerateArray());
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (other.Status, wrong.Status));
    }

    [Fact]
    public async Task CreateNamespace_RefusedWithAnIdempotencyKey_StaysRefused()
    {
        var space = $"n{Guid.NewGuid():N}";
        var body = $$"""{"namespace":["{{space}}"]}""";
        var key = ("Idempotency-Key", Guid.CreateVersion7().ToString());
        await gateway.OkAsync("POST", "/v1/namespaces", body);

        var refused = await gateway.SendAsync("POST", "/v1/namespaces", body, "application/json", key);
        await gateway.OkAsync("DELETE", $"/v1/namespaces/{space}");
        var again = await gateway.SendAsync("POST", "/v1/namespaces", body, "application/json", key);
        var withoutKey = await gateway.SendAsync("POST", "/v1/namespaces", body);

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (refused.Status, again.Status));
        Assert.Equal(refused.ErrorMessage, again.ErrorMessage);
        Assert.Equal(HttpStatusCode.OK, withoutKey.Status);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Bodies_ChangedAtRandom_AreNeverTheServersFault(int seed)
    {
        const int Changes = 60;
        var random = new Random(seed);
        var space = $"n{Guid.NewGuid():N}";
        var calls = RestCorpus.Create(space, gateway.Warehouse).Where(call => call.Body is { Length: > 2 and < 100_000 }).ToList();
        await gateway.OkAsync("POST", "/v1/namespaces", $$"""{"namespace":["{{space}}"]}""");

        for (var i = 0; i < Changes; i++)
        {
            var call = calls[random.Next(calls.Count)];
            var body = Mutate(call.Body!, random);

            var response = await gateway.SendAsync(call.Method, call.Path, body);

            Assert.True((int)response.Status < 500, $"{call.Method} {call.Path} {body}: {response.Status} {response.Body}");
        }
    }

    /// <summary>A member goes, or a value becomes another, or the text is cut, doubled or overwritten somewhere.</summary>
    private static string Mutate(string body, Random random)
    {
        string[] values = ["null", "-1", "9223372036854775808", "1e400", "\"\"", "{}", "[]", "[[]]", "true", "\"\\u0000\"", "\"x\"", "0.5"];
        var at = random.Next(body.Length);
        var length = random.Next(1, Math.Min(12, body.Length - at) + 1);
        switch (random.Next(4))
        {
            case 0:
                return body.Remove(at, length);
            case 1:
                return body.Insert(at, body.Substring(at, length));
            default:
                // What stands after a colon becomes something else.
                var colons = Enumerable.Range(0, body.Length).Where(index => body[index] == ':').ToList();
                if (colons.Count == 0)
                {
                    return body + body;
                }

                var colon = colons[random.Next(colons.Count)];
                var end = body.IndexOfAny([',', '}', ']'], colon);
                return body[..(colon + 1)] + values[random.Next(values.Length)] + body[(end < 0 ? body.Length : end)..];
        }
    }
}
