using System.Text.Json;
using System.Text.Json.Nodes;

namespace FederatedQuery.GraphQL.Tests.Incremental;

/// <summary>Puts payloads together as a client does, and breaks off at anything that a client could not make sense of.</summary>
internal sealed class MergedResponse
{
    private readonly Dictionary<string, (JsonArray Path, string? Label)> _pending = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonArray> _items = new(StringComparer.Ordinal);
    private readonly List<string> _events = [];
    private bool _hasNext = true;

    public MergedResponse(IEnumerable<JsonElement> payloads)
    {
        var isFirst = true;
        foreach (var payload in payloads.Select(element => JsonNode.Parse(element.GetRawText())!.AsObject()))
        {
            Assert.True(_hasNext, "A payload came after the last.");
            if (isFirst)
            {
                Assert.True(payload.ContainsKey("data"), payload.ToJsonString());
                Data = payload["data"]?.DeepClone();
                AddErrors(payload["errors"]);
            }

            Apply(payload);
            _hasNext = payload["hasNext"]?.GetValue<bool>() ?? false;
            isFirst = false;
        }

        Assert.False(_hasNext, "The last payload said that there are more.");
        Assert.True(_pending.Count == 0, $"Never completed: {string.Join(", ", _pending.Keys)}");
        _events.AddRange(_items.Select(stream => $"items {stream.Key} {Sorted(stream.Value)}"));
        _events.Sort(StringComparer.Ordinal);
    }

    public JsonNode? Data { get; private set; }

    /// <summary>Paths of all errors, those of fragments and streams that failed included.</summary>
    public SortedSet<string> ErrorPaths { get; } = new(StringComparer.Ordinal);

    /// <summary>What was announced, delivered and completed, in an order that does not depend on time.</summary>
    public string Structure => string.Join('\n', _events);

    public string SortedData => Sorted(Data);

    public static string Sorted(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject fields => $"{{{string.Join(',', fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"\"{field.Key}\":{Sorted(field.Value)}"))}}}",
        JsonArray items => $"[{string.Join(',', items.Select(Sorted))}]",
        _ => node.ToJsonString(),
    };

    private void Apply(JsonObject payload)
    {
        var announced = new List<JsonArray>();
        foreach (var entry in Entries(payload, "pending"))
        {
            var path = entry["path"]!.AsArray();
            var label = entry["label"]?.GetValue<string>();
            Assert.True(_pending.TryAdd(entry["id"]!.GetValue<string>(), (path, label)), "An id was given twice.");
            announced.Add(path);
            _events.Add($"pending {path.ToJsonString()} {label}");
        }

        foreach (var entry in Entries(payload, "incremental"))
        {
            AddErrors(entry["errors"]);
            var (path, label) = _pending[entry["id"]!.GetValue<string>()];
            if (entry.ContainsKey("items"))
            {
                Assert.False(entry.ContainsKey("subPath"));
                var items = entry["items"]!.AsArray();
                var key = $"{path.ToJsonString()} {label}";
                _items.TryAdd(key, []);
                foreach (var item in items)
                {
                    Find(path)!.AsArray().Add(item?.DeepClone());
                    _items[key].Add(item?.DeepClone());
                }
            }
            else
            {
                JsonArray full = [.. path.Concat(entry["subPath"]?.AsArray() ?? []).Select(segment => segment!.DeepClone())];
                _events.Add($"data {full.ToJsonString()} {Sorted(entry["data"])}");
                Merge(Find(full)!.AsObject(), entry["data"]!.AsObject());
            }
        }

        // What is announced may lie in what the same payload brings.
        Assert.All(announced, path => Assert.True(Find(path) is JsonObject or JsonArray, $"Nothing to wait for at {path.ToJsonString()}."));
        foreach (var entry in Entries(payload, "completed"))
        {
            Assert.True(_pending.Remove(entry["id"]!.GetValue<string>(), out var work), "Something completed that was not pending.");
            var failed = entry["errors"] is { } errors ? " failed " + string.Join(' ', AddErrors(errors).Take(1)) : string.Empty;
            _events.Add($"completed {work.Path.ToJsonString()} {work.Label}{failed}");
        }
    }

    private static IEnumerable<JsonObject> Entries(JsonObject payload, string name)
    {
        var entries = payload[name]?.AsArray();
        Assert.True(entries is null or { Count: > 0 }, $"'{name}' is empty.");
        return entries?.Select(entry => entry!.AsObject()) ?? [];
    }

    private static void Merge(JsonObject target, JsonObject source)
    {
        foreach (var (key, value) in source)
        {
            if (target[key] is JsonObject inner && value is JsonObject more)
            {
                Merge(inner, more);
            }
            else
            {
                Assert.False(target.ContainsKey(key), $"'{key}' was sent twice.");
                target[key] = value?.DeepClone();
            }
        }
    }

    private JsonNode? Find(IEnumerable<JsonNode?> path)
    {
        var node = Data;
        foreach (var segment in path)
        {
            node = segment!.GetValueKind() == JsonValueKind.Number ? node![segment.GetValue<int>()] : node![segment.GetValue<string>()];
        }

        return node;
    }

    private List<string> AddErrors(JsonNode? errors)
    {
        List<string> paths = [.. errors?.AsArray().Select(error => error!["path"]?.ToJsonString() ?? error.ToJsonString()) ?? []];
        ErrorPaths.UnionWith(paths);
        return paths;
    }
}
