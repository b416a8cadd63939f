using System.Globalization;
using System.Text.Json;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types.Scalars;

/// <summary>Float (spec section 3.5.2). NaN and infinities cannot be represented.</summary>
public sealed class FloatScalar : ScalarType<double>, ILeafWriter<float>, ILeafWriter<int>
{
    private FloatScalar()
        : base("Float")
    {
    }

    public static FloatScalar Instance { get; } = new()
    {
        Description = "The `Float` scalar type represents signed double-precision fractional values as specified by [IEEE 754](https://en.wikipedia.org/wiki/IEEE_floating_point).",
    };

    public override bool TryWrite(Utf8JsonBuffer output, double value)
    {
        if (!double.IsFinite(value))
        {
            return false;
        }

        output.WriteNumber(value);
        return true;
    }

    public bool TryWrite(Utf8JsonBuffer output, float value)
    {
        if (!float.IsFinite(value))
        {
            return false;
        }

        output.WriteNumber(value);
        return true;
    }

    public bool TryWrite(Utf8JsonBuffer output, int value)
    {
        output.WriteNumber(value);
        return true;
    }

    /// <summary>Also of strings that hold a number (spec section 3.5.2, result coercion).</summary>
    protected override bool TryConvert(object value, out double converted)
    {
        converted = value is true ? 1 : 0;
        if (value is bool || (value is string text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out converted)))
        {
            return true;
        }

        if (value is not (int or long or short or byte or sbyte or ushort or uint or ulong or decimal or float))
        {
            return false;
        }

        // A float goes through its own shortest digits: 0.1f is 0.1, not 0.10000000149011612.
        converted = value is float single
            ? double.Parse(single.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            : Convert.ToDouble(value, CultureInfo.InvariantCulture);
        return true;
    }

    protected override bool TryParse(ValueNode literal, out double value, out string? error)
    {
        value = 0;
        var text = literal switch { IntValueNode integer => integer.Value, FloatValueNode number => number.Value, _ => null };
        var fits = text is not null && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
        error = fits ? null : $"Float cannot represent non numeric value: {literal}";
        return fits;
    }

    protected override bool TryParse(JsonElement json, out double value, out string? error)
    {
        value = 0;
        var fits = json.ValueKind == JsonValueKind.Number && json.TryGetDouble(out value) && double.IsFinite(value);
        error = fits ? null : $"Float cannot represent non numeric value: {json.GetRawText()}";
        return fits;
    }
}
