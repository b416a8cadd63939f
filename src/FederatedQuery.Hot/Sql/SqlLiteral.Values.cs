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
    public static string? Of(Literal value) => value.TypeId switch
    {
        TypeId.Boolean => value.AsBoolean ? "true" : "false",
        TypeId.Int => Typed(value.AsInt.ToString(CultureInfo.InvariantCulture), "int4"),
        TypeId.Long => Typed(value.AsLong.ToString(CultureInfo.InvariantCulture), "int8"),
        TypeId.Float => Typed(Number(value.AsFloat, value.AsFloat.ToString("R", CultureInfo.InvariantCulture)), "float4"),
        TypeId.Double => Typed(Number(value.AsDouble, value.AsDouble.ToString("R", CultureInfo.InvariantCulture)), "float8"),
        TypeId.Decimal => Typed(Unscaled(value.UnscaledValue, value.Scale), "numeric"),
        TypeId.Date => Instant((Int128)value.AsInt * EpochTime.MicrosPerDay) is { } day ? Typed(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "date") : null,
        TypeId.Time => Time(value.AsLong),
        TypeId.Timestamp => Instant(value.AsLong) is { } local
            ? Typed(local.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture), "timestamp")
            : null,
        TypeId.Timestamptz => Instant(value.AsLong) is { } instant
            ? Typed(instant.ToString("yyyy-MM-dd HH:mm:ss.ffffff+00", CultureInfo.InvariantCulture), "timestamptz")
            : null,
        TypeId.String => value.AsString.Contains('\0', StringComparison.Ordinal) || HasLoneSurrogate(value.AsString) ? null : Text(value.AsString),
        TypeId.Uuid => Typed(value.AsUuid.ToString("D"), "uuid"),
        TypeId.Fixed or TypeId.Binary => $"decode('{Convert.ToHexStringLower(value.AsBytes.Span)}', 'hex')",
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
        EpochTime.MicrosPerDay => Typed("24:00:00", "time"),
        >= 0 and < EpochTime.MicrosPerDay => Typed(new TimeOnly(micros * 10).ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture), "time"),
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
