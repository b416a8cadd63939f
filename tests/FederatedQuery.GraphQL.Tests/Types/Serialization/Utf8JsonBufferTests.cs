using System.Globalization;
using System.Text;
using System.Text.Json;
using FederatedQuery.GraphQL.Types.Serialization;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.GraphQL.Tests.Types.Serialization;

/// <summary>The short ways of writing text and numbers give what the long ones give.</summary>
public class Utf8JsonBufferTests
{
    [Fact]
    public void WriteString_AnyText_ReadsBackTheSame()
    {
        // Plain and special characters at every place of vectors and of what is left over.
        var character = Gen.Frequency((20, Gen.Choose(' ', '~')), (1, Gen.Choose(0, 0xD7FF)), (1, Gen.Elements<int>('"', '\\', '\n', 0x1F, 0x7F, 0x80)));
        var text = character.ListOf().Select(characters => string.Concat(characters.Select(code => (char)code)));

        Prop.ForAll(text.ToArbitrary(), value => JsonSerializer.Deserialize<string>(Write(output => output.WriteString(value))) == value)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(3000).WithEndSize(60));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(16)]
    [InlineData(23)]
    public void WriteString_OneSpecialCharacterAtEachPlace_IsEscaped(int length)
    {
        for (var place = 0; place < length; place++)
        {
            foreach (var special in "\"\\\u0000\u001F\u007F\u0080\u0100\u2220\u5C5C\uFFFD")
            {
                var text = new string('x', place) + special + new string('y', length - place - 1);

                Assert.Equal(text, JsonSerializer.Deserialize<string>(Write(output => output.WriteString(text))));
            }
        }
    }

    [Fact]
    public void WriteNumber_DoubleOfFewDecimals_HasTheDigitsOfToString()
    {
        var number = Gen.Choose(int.MinValue, int.MaxValue).Zip(Gen.Choose(0, 6)).Select(pair => pair.Item1 / Math.Pow(10, pair.Item2));

        Prop.ForAll(number.ToArbitrary(), HasDigitsOfToString).Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));
    }

    [Fact]
    public void WriteNumber_AnyDouble_HasTheDigitsOfToString()
    {
        var bits = Gen.Choose(int.MinValue, int.MaxValue).Zip(Gen.Choose(int.MinValue, int.MaxValue))
            .Select(pair => BitConverter.Int64BitsToDouble(((long)pair.Item1 << 32) | (uint)pair.Item2));

        Prop.ForAll(bits.Where(double.IsFinite).ToArbitrary(), HasDigitsOfToString).Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-0.5)]
    [InlineData(0.001)]
    [InlineData(-0.001)]
    [InlineData(0.0005)]
    [InlineData(1e-5)]
    [InlineData(0.1 + 0.2)]
    [InlineData(1.005)]
    [InlineData(999_999_999_999.999)]
    [InlineData(1e12)]
    [InlineData(1e15)]
    [InlineData(1e16)]
    [InlineData(123_456_789_012.125)]
    [InlineData(9_007_199_254_740_993.0)]
    [InlineData(double.Epsilon)]
    [InlineData(double.MaxValue)]
    public void WriteNumber_DoubleAtABound_HasTheDigitsOfToString(double value) => Assert.True(HasDigitsOfToString(value));

    [Fact]
    public void WriteNumber_NegativeZero_KeepsItsSign() => Assert.Equal("-0", Write(output => output.WriteNumber(double.NegativeZero)));

    private static bool HasDigitsOfToString(double value) =>
        Write(output => output.WriteNumber(value)) == value.ToString("R", CultureInfo.InvariantCulture);

    private static string Write(Action<Utf8JsonBuffer> write)
    {
        using var output = new Utf8JsonBuffer(16);
        write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
