using System.Text.Json;

namespace FederatedQuery.Gateway.Typed.Rows;

/// <summary>
/// JSON of floating-point numbers and of lists of them, in which those that JSON has no digits for are texts (<c>"NaN"</c>): GraphQL's Float refuses them one by
/// one, so that each is null with an error at its place.
/// </summary>
internal static class FloatJson
{
    /// <summary>Empty where a number has no digits, or for null: <see cref="Read"/> says which.</summary>
    public static ReadOnlySpan<byte> Finite(ReadOnlySpan<byte> json) => json.Contains((byte)'"') ? default : json;

    /// <summary>Numbers, lists of them, or null.</summary>
    public static object? Read(ReadOnlySpan<byte> json) => json.IsEmpty ? null : Of(JsonElement.Parse(json));

    private static object? Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Number => json.GetDouble(),
        JsonValueKind.String => json.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            _ => double.NegativeInfinity,
        },
        JsonValueKind.Array => json.EnumerateArray().Select(Of).ToArray(),
        _ => null,
    };
}
