using System.Globalization;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types.Scalars;

/// <summary>A time of day, <c>08:30:00</c>.</summary>
public sealed class LocalTimeScalar : TextScalar<TimeOnly>
{
    private LocalTimeScalar()
        : base("LocalTime", "an ISO 8601 time such as \"08:30:00\"")
    {
    }

    public static LocalTimeScalar Instance { get; } = new() { Description = "A time of day without a date or offset, such as `08:30:00`." };

    public override bool TryWrite(Utf8JsonBuffer output, TimeOnly value)
    {
        output.WriteQuoted(value, "HH:mm:ss.FFFFFFF");
        return true;
    }

    protected override bool TryParseText(string text, out TimeOnly value) =>
        TimeOnly.TryParseExact(text, ["HH:mm", "HH:mm:ss", "HH:mm:ss.FFFFFFF"], CultureInfo.InvariantCulture, DateTimeStyles.None, out value);
}
