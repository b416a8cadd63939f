using System.Globalization;

namespace FederatedQuery.Benchmarks.Comparing;

/// <summary>How a time is told: as itself, or as the rate of a number of things done in it.</summary>
internal sealed record Unit(Func<double, string> Format)
{
    public static readonly Unit Milliseconds = new(seconds => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e3:N1} ms"));

    public static readonly Unit Microseconds = new(seconds => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e6:N1} us"));

    /// <param name="count">Done in the time measured.</param>
    /// <param name="things">In the plural.</param>
    public static Unit Rate(double count, string things) =>
        new(seconds => string.Create(CultureInfo.InvariantCulture, $"{count / seconds:N0} {things}/s"));
}
