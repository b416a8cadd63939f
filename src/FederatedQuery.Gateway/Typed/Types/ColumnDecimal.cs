using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Scalars;
using FederatedQuery.GraphQL.Types.Serialization;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Gateway.Typed.Types;

/// <summary>A decimal as columns have it: ten digits more than <see cref="decimal"/>.</summary>
/// <param name="Unscaled">The value without its decimal point.</param>
/// <param name="Scale">Where the point is: so many digits are behind it; negative for zeros that are not written.</param>
internal readonly record struct ColumnDecimal(Int128 Unscaled, int Scale)
{
    public Literal ToLiteral() => Literal.Decimal(Unscaled, Scale);

    public override string ToString() => DecimalText.Format(Unscaled, Scale);
}

/// <summary>The scalar <c>Decimal</c> for columns, which takes every number that one can have as it is: <see cref="DecimalScalar"/> has 28 digits.</summary>
internal sealed class ColumnDecimalScalar : ScalarType<ColumnDecimal>
{
    private static readonly DecimalType Widest = IcebergType.Decimal(DecimalType.MaxPrecision, 0);

    private ColumnDecimalScalar()
        : base(DecimalScalar.Instance.Name)
    {
    }

    public static ColumnDecimalScalar Instance { get; } = new() { Description = DecimalScalar.Instance.Description };

    public override bool TryWrite(Utf8JsonBuffer output, ColumnDecimal value)
    {
        output.WriteRaw(System.Text.Encoding.UTF8.GetBytes(value.ToString()));
        return true;
    }

    protected override bool TryParse(ValueNode literal, out ColumnDecimal value, out string? error)
    {
        var text = literal switch { IntValueNode integer => integer.Value, FloatValueNode number => number.Value, StringValueNode digits => digits.Value, _ => null };
        return TryParse(text, literal.ToString(), out value, out error);
    }

    protected override bool TryParse(JsonElement json, [MaybeNullWhen(false)] out ColumnDecimal value, out string? error)
    {
        var text = json.ValueKind switch { JsonValueKind.Number => json.GetRawText(), JsonValueKind.String => json.GetString(), _ => null };
        return TryParse(text, json.GetRawText(), out value, out error);
    }

    private static bool TryParse(string? text, string shown, out ColumnDecimal value, out string? error)
    {
        var fits = DecimalText.TryParse(text, out var unscaled, out var scale)
            && Math.Abs(scale) <= DecimalType.MaxPrecision && unscaled <= Widest.MaxUnscaledValue && unscaled >= -Widest.MaxUnscaledValue;
        value = fits ? new ColumnDecimal(unscaled, scale) : default;
        error = fits ? null : $"Decimal cannot represent value: {shown}. Expected a number of at most {DecimalType.MaxPrecision} digits.";
        return fits;
    }
}
