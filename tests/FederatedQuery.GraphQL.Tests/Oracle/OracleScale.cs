using FederatedQuery.Testing;

namespace FederatedQuery.GraphQL.Tests.Oracle;

/// <summary>How many cases the oracle tests try: <c>ORACLE_SCALE</c> multiplies the numbers, for long runs by hand.</summary>
internal static class OracleScale
{
    private static readonly int Factor = Math.Max(1, TestVariables.Count("ORACLE_SCALE", 1));

    /// <summary>0 as a rule; <c>ORACLE_SEED</c> gives other cases.</summary>
    public static int Seed { get; } = TestVariables.Count("ORACLE_SEED", 0);

    public static int Times(int count) => count * Factor;
}
