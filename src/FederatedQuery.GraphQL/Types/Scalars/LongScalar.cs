using System.Globalization;
using System.Text.Json;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types.Scalars;

/// <summary>A 64-bit integer as a JSON number. A string of digits is taken too, since JavaScript rounds numbers beyond 2^53.</summary>
public sealed class LongScalar : ScalarType<long>, ILeafWriter<int>, ILeafWriter<uint>
{
    private LongScalar()
        : base("Long")
    {
    }

    public static LongScalar Instance { get; } = new() { Description = "64-bit signed integer, written as a JSON number." };

    public override bool TryWrite(Utf8JsonBuffer output, long value)
    {
        output.WriteNumber(value);
        return true;
    }

    public bool TryWrite(Utf8JsonBuffer output, int value) => TryWrite(output, (long)value);

    public bool TryWrite(Utf8JsonBuffer output, uint value) => TryWrite(output, (long)value);

    protected override bool TryConvert(object value, out long converted)
    {
        converted = 0;
        if (value is not (int or short or byte or sbyte or ushort or uint) && value is not ulong and <= long.MaxValue)
        {
            return false;
        }

        converted = Convert.ToInt64(value, CultureInfo.InvariantCulture);
        return true;
    }

    protected override bool TryParse(ValueNode literal, out long value, out string? error)
    {
        var text = literal switch { IntValueNode number => number.Value, StringValueNode digits => digits.Value, _ => string.Empty };
        return TryParse(text, literal.ToString(), out value, out error);
    }

    protected override bool TryParse(JsonElement json, out long value, out string? error)
    {
        if (json.ValueKind == JsonValueKind.Number && json.TryGetInt64(out value))
        {
            error = null;
            return true;
        }

        return TryParse(json.ValueKind == JsonValueKind.String ? json.GetString()! : string.Empty, json.GetRawText(), out value, out error);
    }

    private static bool TryParse(string text, string shown, out long value, out string? error)
    {
        var fits = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        error = fits ? null : $"Long cannot represent non 64-bit signed integer value: {shown}";
        return fits;
    }
}
