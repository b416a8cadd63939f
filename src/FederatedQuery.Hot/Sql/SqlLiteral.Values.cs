using System.Globalization;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Hot.Sql;

public static partial class SqlLiteral
{
    /// <summary>
    /// A value as a constant of its type: quoted, so that nothing in it can be taken for SQL, and of a form that means the same whatever the
    /// session's settings.
    /// </summary>
    /// <returns>Null when PostgreSQL has no such value: a day outside of years 1 to 9999, U+0000 in a text, nanoseconds.</returns>
    public static string? Of(Literal value) => TextOf(value) is not { } text ? null : value.TypeId switch
    {
        TypeId.Boolean => text,
        TypeId.Int => Typed(text, "int4"),
        TypeId.Long => Typed(text, "int8"),
        TypeId.Float => Typed(text, "float4"),
        TypeId.Double => Typed(text, "float8"),
        TypeId.Decimal => Typed(text, "numeric"),
        TypeId.Date => Typed(text, "date"),
        TypeId.Time => Typed(text, "time"),
        TypeId.Timestamp => Typed(text, "timestamp"),
        TypeId.Timestamptz => Typed(text, "timestamptz"),
        TypeId.Uuid => Typed(text, "uuid"),
        TypeId.Fixed or TypeId.Binary => $"decode('{text[@"\x".Length..]}', 'hex')",
        _ => Text(text),
    };

    /// <summary>A value as the text that PostgreSQL reads as its type, whatever the session's settings.</summary>
    /// <inheritdoc cref="Of"/>
    internal static string? TextOf(Literal value) => value.TypeId switch
    {
        TypeId.Boolean => value.AsBoolean ? "true" : "false",
        TypeId.Int => value.AsInt.ToString(CultureInfo.InvariantCulture),
        TypeId.Long => value.AsLong.ToString(CultureInfo.InvariantCulture),
        TypeId.Float => Number(value.AsFloat, value.AsFloat.ToString("R", CultureInfo.InvariantCulture)),
        TypeId.Double => Number(value.AsDouble, value.AsDouble.ToString("R", CultureInfo.InvariantCulture)),
        TypeId.Decimal => Unscaled(value.UnscaledValue, value.Scale),
        TypeId.Date => Instant((Int128)value.AsInt * EpochTime.MicrosPerDay)?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TypeId.Time => Time(value.AsLong),
        TypeId.Timestamp => Instant(value.AsLong)?.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
        TypeId.Timestamptz => Instant(value.AsLong)?.ToString("yyyy-MM-dd HH:mm:ss.ffffff+00", CultureInfo.InvariantCulture),
        TypeId.String => value.AsString.Contains('\0', StringComparison.Ordinal) || HasLoneSurrogate(value.AsString) ? null : value.AsString,
        TypeId.Uuid => value.AsUuid.ToString("D"),
        TypeId.Fixed or TypeId.Binary => $@"\x{Convert.ToHexStringLower(value.AsBytes.Span)}",
        _ => null,
    };

    private static string Typed(string text, string type) => $"'{text}'::{type}";

    private static string Number(double value, string text) =>
        double.IsNaN(value) ? "NaN" : double.IsPositiveInfinity(value) ? "Infinity" : double.IsNegativeInfinity(value) ? "-Infinity" : text;

    private static string Unscaled(Int128 unscaled, int scale) =>
        string.Create(CultureInfo.InvariantCulture, $"{unscaled}e{-scale}");

    private static DateTime? Instant(Int128 micros) =>
        micros >= (DateTime.MinValue - DateTime.UnixEpoch).Ticks / 10 && micros <= (DateTime.MaxValue - DateTime.UnixEpoch).Ticks / 10
            ? EpochTime.UtcOf((long)micros)
            : null;

    private static string? Time(long micros) => micros switch
    {
        EpochTime.MicrosPerDay => "24:00:00",
        >= 0 and < EpochTime.MicrosPerDay => new TimeOnly(micros * 10).ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>Such a text cannot be sent: its UTF-8 would say U+FFFD instead.</summary>
    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return true;
            }
        }

        return false;
    }
}
