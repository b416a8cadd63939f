using System.Globalization;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types.Scalars;

/// <summary>A moment, RFC 3339. Input without an offset is read as UTC; output has <c>Z</c> for UTC and as many fraction digits as needed.</summary>
public sealed class DateTimeScalar : TextScalar<DateTimeOffset>, ILeafWriter<DateTime>
{
    private DateTimeScalar()
        : base("DateTime", "an ISO 8601 date and time such as \"2024-02-15T08:30:00Z\" (without an offset it is UTC)")
    {
    }

    public static DateTimeScalar Instance { get; } = new()
    {
        SpecifiedBy = "https://scalars.graphql.org/andimarek/date-time",
        Description = "A date and time with an offset, such as `2024-02-15T08:30:00Z`. Input without an offset is UTC.",
    };

    public override bool TryWrite(Utf8JsonBuffer output, DateTimeOffset value)
    {
        output.WriteQuoted(value, value.Offset == TimeSpan.Zero ? @"yyyy-MM-dd\THH:mm:ss.FFFFFFF\Z" : @"yyyy-MM-dd\THH:mm:ss.FFFFFFFzzz");
        return true;
    }

    public bool TryWrite(Utf8JsonBuffer output, DateTime value) => TryWrite(output, ToOffset(value));

    protected override bool TryConvert(object value, out DateTimeOffset converted)
    {
        converted = value is DateTime moment ? ToOffset(moment) : default;
        return value is DateTime;
    }

    protected override bool TryParseText(string text, out DateTimeOffset value)
    {
        value = default;

        // The shape is checked first: .NET alone would take "1/2/2024" and more.
        return text.Length >= 10 && text[4] == '-' && text[7] == '-' && (text.Length == 10 || text[10] is 'T' or 't' or ' ')
            && DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out value);
    }

    /// <summary>A time of no stated kind is UTC.</summary>
    private static DateTimeOffset ToOffset(DateTime value) =>
        value.Kind == DateTimeKind.Unspecified ? new DateTimeOffset(value, TimeSpan.Zero) : new DateTimeOffset(value.ToUniversalTime());
}
