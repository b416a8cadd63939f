using System.Globalization;

namespace FederatedQuery.GraphQL.Tests.Oracle;

/// <summary>How many cases the oracle tests try: <c>ORACLE_SCALE</c> multiplies the numbers, for long runs by hand.</summary>
internal static class OracleScale
{
    private static readonly int Factor = int.TryParse(Environment.GetEnvironmentVariable("ORACLE_SCALE"), NumberStyles.None, CultureInfo.InvariantCulture, out var factor) ? Math.Max(factor, 1) : 1;

    /// <summary>0 as a rule; <c>ORACLE_SEED</c> gives other cases.</summary>
    public static int Seed { get; } = int.TryParse(Environment.GetEnvironmentVariable("ORACLE_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : 0;

    public static int Times(int count) => count * Factor;
}
