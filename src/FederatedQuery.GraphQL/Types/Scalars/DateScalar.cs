using System.Globalization;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types.Scalars;

/// <summary>A calendar day, <c>2024-02-15</c>.</summary>
public sealed class DateScalar : TextScalar<DateOnly>
{
    private DateScalar()
        : base("Date", "an ISO 8601 date such as \"2024-02-15\"")
    {
    }

    public static DateScalar Instance { get; } = new()
    {
        SpecifiedBy = "https://scalars.graphql.org/andimarek/local-date",
        Description = "A date without a time, such as `2024-02-15`.",
    };

    public override bool TryWrite(Utf8JsonBuffer output, DateOnly value)
    {
        output.WriteQuoted(value, "yyyy-MM-dd");
        return true;
    }

    protected override bool TryConvert(object value, out DateOnly converted)
    {
        converted = value is DateTime moment ? DateOnly.FromDateTime(moment) : default;
        return value is DateTime;
    }

    protected override bool TryParseText(string text, out DateOnly value) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out value);
}
