using System.Globalization;

namespace FederatedQuery.Testing;

/// <summary>What the environment asks of tests that draw their cases: how many, and which again.</summary>
public static class TestVariables
{
    /// <summary>A number such as KILLS=30, or the default where the variable is absent or empty.</summary>
    /// <exception cref="FormatException">It is no number: a run that was meant to be longer is not shortened in silence.</exception>
    public static int Count(string name, int standard) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
        ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
        : standard;

    /// <summary>The seed to draw from again, or a new one.</summary>
    /// <exception cref="FormatException">It is no number.</exception>
    public static ulong Seed(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
        ? ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
        : (ulong)Random.Shared.NextInt64(1, int.MaxValue);
}
