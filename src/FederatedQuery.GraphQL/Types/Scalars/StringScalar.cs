using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types.Scalars;

/// <summary>String (spec section 3.5.3).</summary>
public sealed class StringScalar : ScalarType<string>
{
    private StringScalar()
        : base("String")
    {
    }

    public static StringScalar Instance { get; } = new()
    {
        Description = "The `String` scalar type represents textual data, represented as UTF-8 character sequences. The String type is most often used by GraphQL to represent free-form human-readable text.",
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
            bool truth => truth ? "true" : "false",
            char or Uri => value.ToString(),
            int or long or short or byte or sbyte or ushort or uint or ulong or decimal or float or double =>
                ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
            _ => null,
        };
        return converted is not null;
    }

    protected override bool TryParse(ValueNode literal, [MaybeNullWhen(false)] out string value, out string? error)
    {
        value = (literal as StringValueNode)?.Value;
        error = value is null ? $"String cannot represent a non string value: {literal}" : null;
        return value is not null;
    }

    protected override bool TryParse(JsonElement json, [MaybeNullWhen(false)] out string value, out string? error)
    {
        value = json.ValueKind == JsonValueKind.String ? json.GetString() : null;
        error = value is null ? $"String cannot represent a non string value: {json.GetRawText()}" : null;
        return value is not null;
    }
}
