using System.Globalization;
using System.Text.Json;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Tests.Types;

/// <summary>What <see cref="decimal"/> would round is refused.</summary>
public class DecimalScalarTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-12.50", "-12.50")]
    [InlineData("1e3", "1000")]
    [InlineData("1.5e-10", "0.00000000015")]
    [InlineData("0e999", "0")]
    [InlineData("1234567890123456789012345678", "1234567890123456789012345678")]
    [InlineData("0.1234567890123456789012345678", "0.1234567890123456789012345678")]
    [InlineData("1234567890123456789012345678.0000000000000", "1234567890123456789012345678.0")]
    public void TryParse_NumberThatFits_IsThatNumber(string number, string expected)
    {
        Assert.True(DecimalScalar.Instance.TryParseValue(JsonElement.Parse(number), out var value, out _));
        Assert.Equal(decimal.Parse(expected, CultureInfo.InvariantCulture), value);
    }

    [Theory]
    [InlineData("1234567890123456789012345678.05")]
    [InlineData("0.12345678901234567890123456789")]
    [InlineData("1e-29")]
    [InlineData("1e29")]
    [InlineData("\"1 000\"")]
    public void TryParse_NumberThatWouldBeRounded_IsRefused(string number)
    {
        Assert.False(DecimalScalar.Instance.TryParseValue(JsonElement.Parse(number), out _, out var error));
        Assert.Equal($"Decimal cannot represent value: {number}. Expected a number of at most 28 digits.", error);
    }
}
