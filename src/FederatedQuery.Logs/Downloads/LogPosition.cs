using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Logs.Downloads;

/// <summary>Where a reader of records in time order has got to: the timestamp and the id of the last record that it has, as <c>2026-11-21T08:30:00.123456Z,0193...</c>.</summary>
/// <param name="Micros">Microseconds since 1970.</param>
public readonly record struct LogPosition(long Micros, Guid Id)
{
    /// <returns>False: the text is no position.</returns>
    public static bool TryParse(string text, out LogPosition position)
    {
        position = default;
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0 || !Guid.TryParseExact(text.AsSpan(comma + 1), "D", out var id)
            || !LogInstant.TryParse(text.AsSpan(0, comma), out var micros))
        {
            return false;
        }

        position = new LogPosition(micros, id);
        return true;
    }

    /// <summary>The records behind it, oldest first.</summary>
    public Expression After() => Expression.And(
        Expression.GreaterThanOrEqual(LogTable.TimeColumn, Literal.Timestamptz(Micros)),
        Expression.Or(
            Expression.GreaterThan(LogTable.TimeColumn, Literal.Timestamptz(Micros)),
            Expression.GreaterThan(LogTable.KeyColumn, Literal.Uuid(Id))));
}
