using System.Globalization;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Logs;

/// <summary>Instants as readers of logs write them.</summary>
public static class LogInstant
{
    /// <param name="text">A day or an instant of ISO 8601; without an offset it is of UTC.</param>
    /// <param name="micros">Microseconds since 1970.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out long micros)
    {
        var parsed = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant);
        micros = EpochTime.MicrosOf(instant);
        return parsed;
    }
}
