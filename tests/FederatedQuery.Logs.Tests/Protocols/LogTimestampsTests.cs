using System.Globalization;
using System.Text;
using FederatedQuery.Logs.Protocols;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Logs.Tests.Protocols;

public class LogTimestampsTests
{
    [Theory]
    [InlineData("1970-01-01T00:00:00Z", 0)]
    [InlineData("2026-01-31T12:00:00.123456789Z", 1769860800123456)]
    [InlineData("2026-01-31T12:00:00.5Z", 1769860800500000)]
    [InlineData("2026-01-31t12:00:00z", 1769860800000000)]
    [InlineData("2026-01-31 12:00:00,250", 1769860800250000)]
    [InlineData("2026-01-31T13:30:00+01:30", 1769860800000000)]
    [InlineData("2026-01-31T13:30:00+0130", 1769860800000000)]
    [InlineData("2026-01-31T05:00:00-07", 1769860800000000)]
    [InlineData("2026-01-31T12:00", 1769860800000000)]
    [InlineData("2026-01-31", 1769817600000000)]
    [InlineData("2016-12-31T23:59:60Z", 1483228800000000)]
    [InlineData("2024-02-29T00:00:00Z", 1709164800000000)]
    [InlineData("0001-01-01T00:00:00Z", -62135596800000000)]
    [InlineData("1769860800", 1769860800000000)]
    [InlineData("1769860800.123456789", 1769860800123456)]
    [InlineData("1769860800123", 1769860800123000)]
    [InlineData("1769860800123.5", 1769860800123500)]
    [InlineData("1769860800123456", 1769860800123456)]
    [InlineData("1769860800123456789", 1769860800123456)]
    [InlineData("1.7698608e9", 1769860800000000)]
    [InlineData("-1", -1000000)]
    public void TryParse_Times_GiveMicroseconds(string text, long micros)
    {
        Assert.True(LogTimestamps.TryParse(Encoding.UTF8.GetBytes(text), out var parsed));
        Assert.Equal(micros, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2026-02-29T00:00:00Z")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("2026-01-31T24:00:00Z")]
    [InlineData("2026-01-31T12:60:00Z")]
    [InlineData("2026-01-31T12:00:61Z")]
    [InlineData("2026-01-31T12:00:00.Z")]
    [InlineData("2026-01-31T12:00:00+24:00")]
    [InlineData("2026-01-31T12:00:00+1")]
    [InlineData("2026-01-31T12:00:00Z ")]
    [InlineData("2026-01-31X12:00:00Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("17698608001234567890")]
    [InlineData("1e400")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    public void TryParse_NoTime_IsRefused(string text) => Assert.False(LogTimestamps.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void TryParse_AnyTimeInAnyOffset_IsTheSameInstant()
    {
        var times = from number in ArbMap.Default.GeneratorFor<long>()
                    let ticks = DateTime.UnixEpoch.Ticks + (number % TimeSpan.FromDays(150_000).Ticks)
                    from minutes in Gen.Choose(-14 * 60, 14 * 60)
                    from digits in Gen.Choose(0, 7)
                    select (Time: new DateTimeOffset(ticks, TimeSpan.Zero).ToOffset(TimeSpan.FromMinutes(minutes)), digits);

        Prop.ForAll(times.ToArbitrary(), time =>
        {
            var fraction = time.digits == 0 ? "" : "." + new string('f', time.digits);
            var text = time.Time.ToString($"yyyy-MM-dd'T'HH:mm:ss{fraction}zzz", CultureInfo.InvariantCulture);
            var unit = (long)Math.Pow(10, 7 - Math.Min(6, time.digits));
            var expected = Math.DivRem(time.Time.UtcTicks, unit).Quotient * unit;

            return LogTimestamps.TryParse(Encoding.UTF8.GetBytes(text), out var micros) && DateTime.UnixEpoch.Ticks + (micros * 10) == expected;
        }).QuickCheckThrowOnFailure();
    }
}
