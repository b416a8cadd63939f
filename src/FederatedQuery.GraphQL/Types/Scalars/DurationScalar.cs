using System.Xml;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types.Scalars;

/// <summary>An ISO 8601 duration, <c>PT1M</c>. Years and months have no fixed length and are not taken.</summary>
public sealed class DurationScalar : TextScalar<TimeSpan>
{
    private DurationScalar()
        : base("Duration", "an ISO 8601 duration without years and months, such as \"PT1M\" or \"P1D\"")
    {
    }

    public static DurationScalar Instance { get; } = new() { Description = "ISO 8601 duration, such as PT1M or P1D." };

    public override bool TryWrite(Utf8JsonBuffer output, TimeSpan value)
    {
        output.WriteString(XmlConvert.ToString(value));
        return true;
    }

    protected override bool TryParseText(string text, out TimeSpan value)
    {
        value = default;
        var date = text.Split('T')[0];
        if (date.Contains('Y') || date.Contains('M'))
        {
            return false;
        }

        // Weeks are ISO 8601, but not XML Schema's duration.
        if (date.EndsWith('W') && date == text && int.TryParse(date.AsSpan(1, Math.Max(0, date.Length - 2)), out var weeks) && date[0] == 'P')
        {
            value = TimeSpan.FromDays(7.0 * weeks);
            return true;
        }

        try
        {
            value = XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return false;
        }
    }
}
