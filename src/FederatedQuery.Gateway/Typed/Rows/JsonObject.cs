using System.Runtime.InteropServices;
using System.Text.Json;

namespace FederatedQuery.Gateway.Typed.Rows;

/// <summary>The value of a struct, as JSON.</summary>
internal sealed class JsonObject(JsonElement json)
{
    /// <summary>A member's JSON; empty where it is null.</summary>
    public ReadOnlySpan<byte> Json(string key) =>
        json.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? JsonMarshal.GetRawUtf8Value(value) : default;

    /// <summary>A member that is an object, or a list of them.</summary>
    public object? Child(string key) => json.TryGetProperty(key, out var value) ? JsonObjects.Of(value) : null;
}

internal static class JsonObjects
{
    /// <summary>Members that hold JSON are nested as deep as PostgreSQL has it.</summary>
    private static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    /// <summary>An object, a list of objects or of such lists, or null.</summary>
    public static object? Read(ReadOnlySpan<byte> json) => json.IsEmpty ? null : Of(JsonElement.Parse(json, AnyDepth));

    public static object? Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => new JsonObject(json),
        JsonValueKind.Array => json.EnumerateArray().Select(Of).ToArray(),
        _ => null,
    };
}
