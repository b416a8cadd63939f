using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types.Scalars;

/// <summary>An exact decimal as a JSON number with all its digits; strings of digits are taken too. Numbers that <see cref="decimal"/> would round are refused.</summary>
public sealed class DecimalScalar : ScalarType<decimal>
{
    private const int MostDigits = 28;

    private DecimalScalar()
        : base("Decimal")
    {
    }

    public static DecimalScalar Instance { get; } = new() { Description = "Exact decimal, written as a JSON number with all its digits." };

    public override bool TryWrite(Utf8JsonBuffer output, decimal value)
    {
        output.WriteNumber(value);
        return true;
    }

    protected override bool TryConvert(object value, out decimal converted)
    {
        converted = 0;
        if (value is not (int or long or short or byte or sbyte or ushort or uint or ulong))
        {
            return false;
        }

        converted = Convert.ToDecimal(value, CultureInfo.InvariantCulture);
        return true;
    }

    protected override bool TryParse(ValueNode literal, out decimal value, out string? error)
    {
        var text = literal switch { IntValueNode integer => integer.Value, FloatValueNode number => number.Value, StringValueNode digits => digits.Value, _ => null };
        return TryParse(text, literal.ToString(), out value, out error);
    }

    protected override bool TryParse(JsonElement json, [MaybeNullWhen(false)] out decimal value, out string? error)
    {
        var text = json.ValueKind switch { JsonValueKind.Number => json.GetRawText(), JsonValueKind.String => json.GetString(), _ => null };
        return TryParse(text, json.GetRawText(), out value, out error);
    }

    private static bool TryParse(string? text, string shown, out decimal value, out string? error)
    {
        const NumberStyles styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        var fits = decimal.TryParse(text, styles, CultureInfo.InvariantCulture, out value) && IsExact(text);
        error = fits ? null : $"Decimal cannot represent value: {shown}. Expected a number of at most 28 digits.";
        return fits;
    }

    /// <summary>Whether a number that was parsed has no more digits than were kept.</summary>
    private static bool IsExact(ReadOnlySpan<char> text)
    {
        var exponentAt = text.IndexOfAny('e', 'E');
        var exponent = exponentAt < 0 ? 0 : int.Parse(text[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = (exponentAt < 0 ? text : text[..exponentAt]).TrimStart("+-");
        var point = mantissa.IndexOf('.');
        var digits = point < 0 ? mantissa.ToString() : string.Concat(mantissa[..point], mantissa[(point + 1)..]);
        var scale = (point < 0 ? 0 : mantissa.Length - point - 1) - exponent;
        var kept = digits.TrimEnd('0');
        scale -= digits.Length - kept.Length;
        return kept.Length == 0 || (scale <= MostDigits && kept.TrimStart('0').Length <= MostDigits);
    }
}
