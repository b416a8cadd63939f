namespace FederatedQuery.Iceberg.Spec;

/// <summary>The factors between a decimal's scales.</summary>
public static class PowersOfTen
{
    private static readonly Int128[] Powers = Compute();

    /// <summary><c>10^exponent</c> for 0 to 38, all that an Int128 holds.</summary>
    public static Int128 Get(int exponent) => Powers[exponent];

    private static Int128[] Compute()
    {
        var powers = new Int128[DecimalType.MaxPrecision + 1];
        powers[0] = 1;
        for (var i = 1; i < powers.Length; i++)
        {
            powers[i] = powers[i - 1] * 10;
        }

        return powers;
    }
}
