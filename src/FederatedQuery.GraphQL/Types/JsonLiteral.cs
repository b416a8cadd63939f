using System.Text.Json;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Types;

/// <summary>JSON values as GraphQL literals.</summary>
internal static class JsonLiteral
{
    public static ValueNode From(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => new NullValueNode(0),
        JsonValueKind.True => new BooleanValueNode(0, true),
        JsonValueKind.False => new BooleanValueNode(0, false),
        JsonValueKind.String => new StringValueNode(0, json.GetString()!),
        JsonValueKind.Number => json.GetRawText() is var text && text.AsSpan().IndexOfAny('.', 'e', 'E') >= 0
            ? new FloatValueNode(0, text)
            : new IntValueNode(0, text),
        JsonValueKind.Array => new ListValueNode(0, [.. json.EnumerateArray().Select(From)]),
        _ => new ObjectValueNode(0, [.. json.EnumerateObject().Select(field => new ObjectFieldNode(0, field.Name, From(field.Value)))]),
    };
}
