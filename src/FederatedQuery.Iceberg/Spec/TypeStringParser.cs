using System.Globalization;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>
/// Reads the type strings of Appendix C: <c>int</c>, <c>decimal(9, 2)</c>, <c>fixed[16]</c>, <c>geography(srid:4326, spherical)</c>,
/// <c>variant</c>.
/// </summary>
internal static class TypeStringParser
{
    public static IcebergType Parse(string text)
    {
        var trimmed = text.AsSpan().Trim();
        var open = trimmed.IndexOfAny('(', '[');
        var name = (open < 0 ? trimmed : trimmed[..open]).TrimEnd().ToString().ToLowerInvariant();
        if (open < 0)
        {
            return Simple(name) ?? throw Unknown(text);
        }

        var close = trimmed[open] == '(' ? ')' : ']';
        if (trimmed[^1] != close)
        {
            throw IcebergException.InvalidMetadata($"Type '{text}' has no closing '{close}' at its end.");
        }

        var parameters = trimmed[(open + 1)..^1].ToString();
        return (name, close) switch
        {
            ("decimal", ')') => Decimal(text, parameters),
            ("fixed", ']') => IcebergType.Fixed(Number(text, parameters)),
            ("geometry", ')') => new GeometryType(NonEmpty(text, parameters)),
            ("geography", ')') => Geography(text, parameters),
            _ => throw Unknown(text),
        };
    }

    private static IcebergType? Simple(string name) => name switch
    {
        "boolean" => IcebergType.Boolean,
        "int" => IcebergType.Int,
        "long" => IcebergType.Long,
        "float" => IcebergType.Float,
        "double" => IcebergType.Double,
        "date" => IcebergType.Date,
        "time" => IcebergType.Time,
        "timestamp" => IcebergType.Timestamp,
        "timestamptz" => IcebergType.Timestamptz,
        "timestamp_ns" => IcebergType.TimestampNs,
        "timestamptz_ns" => IcebergType.TimestamptzNs,
        "string" => IcebergType.String,
        "uuid" => IcebergType.Uuid,
        "binary" => IcebergType.Binary,
        "unknown" => IcebergType.Unknown,
        "variant" => IcebergType.Variant,
        "geometry" => new GeometryType(null),
        "geography" => new GeographyType(null, null),
        _ => null,
    };

    private static DecimalType Decimal(string text, string parameters)
    {
        var parts = parameters.Split(',');
        if (parts.Length != 2)
        {
            throw IcebergException.InvalidMetadata($"Type '{text}' needs a precision and a scale, such as decimal(9,2).");
        }

        return IcebergType.Decimal(Number(text, parts[0]), Number(text, parts[1]));
    }

    private static GeographyType Geography(string text, string parameters)
    {
        var comma = parameters.LastIndexOf(',');
        return comma < 0
            ? new GeographyType(NonEmpty(text, parameters), null)
            : new GeographyType(NonEmpty(text, parameters[..comma]), NonEmpty(text, parameters[(comma + 1)..]).ToLowerInvariant());
    }

    private static string NonEmpty(string text, string parameter)
    {
        var trimmed = parameter.Trim();
        return trimmed.Length > 0 ? trimmed : throw IcebergException.InvalidMetadata($"Type '{text}' has an empty parameter.");
    }

    private static int Number(string text, string parameter) =>
        int.TryParse(parameter.AsSpan().Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw IcebergException.InvalidMetadata($"Type '{text}' has the parameter '{parameter.Trim()}', which is not an int.");

    private static IcebergException Unknown(string text) => IcebergException.Unsupported(
        $"'{text}' is not a type of the Iceberg specification up to version 3 (int, long, string, decimal(P,S), fixed[L], ...).");
}
