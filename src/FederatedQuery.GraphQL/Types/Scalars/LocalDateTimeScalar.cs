using System.Globalization;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types.Scalars;

/// <summary>A date and time as a clock on the wall shows it, <c>2024-02-15T08:30:00</c>.</summary>
public sealed class LocalDateTimeScalar : TextScalar<DateTime>
{
    private LocalDateTimeScalar()
        : base("LocalDateTime", "an ISO 8601 date and time without offset such as \"2024-02-15T08:30:00\"")
    {
    }

    public static LocalDateTimeScalar Instance { get; } = new() { Description = "A date and time without an offset, such as `2024-02-15T08:30:00`." };

    public override bool TryWrite(Utf8JsonBuffer output, DateTime value)
    {
        output.WriteQuoted(value, @"yyyy-MM-dd\THH:mm:ss.FFFFFFF");
        return true;
    }

    protected override bool TryParseText(string text, out DateTime value) => DateTime.TryParseExact(
        text,
        [@"yyyy-MM-dd\THH:mm", @"yyyy-MM-dd\THH:mm:ss", @"yyyy-MM-dd\THH:mm:ss.FFFFFFF"],
        CultureInfo.InvariantCulture,
        DateTimeStyles.None,
        out value);
}
