using System.Globalization;
using System.Text.Json;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types.Scalars;

/// <summary>Int (spec section 3.5.1).</summary>
public sealed class IntScalar : ScalarType<int>, ILeafWriter<short>, ILeafWriter<byte>
{
    private IntScalar()
        : base("Int")
    {
    }

    public static IntScalar Instance { get; } = new()
    {
        Description = "The `Int` scalar type represents non-fractional signed whole numeric values. Int can represent values between -(2^31) and 2^31 - 1.",
    };

    public override bool TryWrite(Utf8JsonBuffer output, int value)
    {
        output.WriteNumber(value);
        return true;
    }

    public bool TryWrite(Utf8JsonBuffer output, short value) => TryWrite(output, (int)value);

    public bool TryWrite(Utf8JsonBuffer output, byte value) => TryWrite(output, (int)value);

    /// <summary>Also of strings that hold an integer (spec section 3.5.1, result coercion).</summary>
    protected override bool TryConvert(object value, out int converted)
    {
        switch (value)
        {
            case short or byte or sbyte or ushort:
                converted = Convert.ToInt32(value, CultureInfo.InvariantCulture);
                return true;
            case long and >= int.MinValue and <= int.MaxValue:
                converted = (int)(long)value;
                return true;
            case double number when number == Math.Truncate(number) && number is >= int.MinValue and <= int.MaxValue:
                converted = (int)number;
                return true;
            case bool truth:
                converted = truth ? 1 : 0;
                return true;
            case string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number):
                return TryConvert(number, out converted);
            default:
                converted = 0;
                return false;
        }
    }

    protected override bool TryParse(ValueNode literal, out int value, out string? error)
    {
        value = 0;
        if (literal is not IntValueNode number)
        {
            error = $"Int cannot represent non-integer value: {literal}";
            return false;
        }

        var fits = int.TryParse(number.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        error = fits ? null : $"Int cannot represent non 32-bit signed integer value: {number.Value}";
        return fits;
    }

    protected override bool TryParse(JsonElement json, out int value, out string? error)
    {
        value = 0;
        error = null;
        if (json.ValueKind != JsonValueKind.Number || !json.TryGetDouble(out var number) || number != Math.Truncate(number))
        {
            error = $"Int cannot represent non-integer value: {json.GetRawText()}";
            return false;
        }

        if (number is < int.MinValue or > int.MaxValue)
        {
            error = $"Int cannot represent non 32-bit signed integer value: {json.GetRawText()}";
            return false;
        }

        value = (int)number;
        return true;
    }
}
