using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types.Scalars;

/// <summary>ID (spec section 3.5.5): a string, which integers may be given for.</summary>
public sealed class IdScalar : ScalarType<string>
{
    private IdScalar()
        : base("ID")
    {
    }

    public static IdScalar Instance { get; } = new()
    {
        Description = "The `ID` scalar type represents a unique identifier, often used to refetch an object or as key for a cache. The ID type appears in a JSON response as a String; however, it is not intended to be human-readable. When expected as an input type, any string (such as `\"4\"`) or integer (such as `4`) input value will be accepted as an ID.",
    };

    public override bool TryWrite(Utf8JsonBuffer output, string value)
    {
        output.WriteString(value);
        return true;
    }

    protected override bool TryConvert(object value, [MaybeNullWhen(false)] out string converted)
    {
        converted = value switch
        {
            int or long or short or byte or sbyte or ushort or uint or ulong or Guid => Convert.ToString(value, CultureInfo.InvariantCulture),
            double number when number == Math.Truncate(number) && Math.Abs(number) < 1e21 => (number + 0.0).ToString("F0", CultureInfo.InvariantCulture),
            _ => null,
        };
        return converted is not null;
    }

    protected override bool TryParse(ValueNode literal, [MaybeNullWhen(false)] out string value, out string? error)
    {
        value = literal switch { StringValueNode text => text.Value, IntValueNode number => number.Value, _ => null };
        error = value is null ? $"ID cannot represent a non-string and non-integer value: {literal}" : null;
        return value is not null;
    }

    protected override bool TryParse(JsonElement json, [MaybeNullWhen(false)] out string value, out string? error)
    {
        value = json.ValueKind switch
        {
            JsonValueKind.String => json.GetString(),
            JsonValueKind.Number when json.TryGetDecimal(out var number) && number == decimal.Truncate(number) =>
                decimal.Truncate(number).ToString(CultureInfo.InvariantCulture),
            _ => null,
        };
        error = value is null ? $"ID cannot represent value: {json.GetRawText()}" : null;
        return value is not null;
    }
}
