using System.Text.Json;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types.Scalars;

/// <summary>Boolean (spec section 3.5.4).</summary>
public sealed class BooleanScalar : ScalarType<bool>
{
    private BooleanScalar()
        : base("Boolean")
    {
    }

    public static BooleanScalar Instance { get; } = new() { Description = "The `Boolean` scalar type represents `true` or `false`." };

    public override bool TryWrite(Utf8JsonBuffer output, bool value)
    {
        output.WriteBoolean(value);
        return true;
    }

    /// <summary>Of numbers, 0 is false and all others are true (spec section 3.5.4, result coercion).</summary>
    protected override bool TryConvert(object value, out bool converted)
    {
        converted = value is not (0 or 0L or 0.0);
        return value is int or long || (value is double number && double.IsFinite(number));
    }

    protected override bool TryParse(ValueNode literal, out bool value, out string? error)
    {
        value = literal is BooleanValueNode { Value: true };
        error = literal is BooleanValueNode ? null : $"Boolean cannot represent a non boolean value: {literal}";
        return error is null;
    }

    protected override bool TryParse(JsonElement json, out bool value, out string? error)
    {
        value = json.ValueKind == JsonValueKind.True;
        error = json.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : $"Boolean cannot represent a non boolean value: {json.GetRawText()}";
        return error is null;
    }
}
